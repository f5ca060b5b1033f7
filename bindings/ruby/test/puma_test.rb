# frozen_string_literal: true

# Puma as examples/ruby/puma.rb configures it: entitled it serves, with one call for all workers; not entitled it ends
# with 1 before it listens; throttled it keeps trying, and SIGTERM ends it.

require_relative "helper"
require "fileutils"
require "net/http"
require "socket"
require "timeout"

class PumaTest < Minitest::Test
  include Helper

  CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
  APP = 'run ->(_env) { [200, { "content-type" => "text/plain" }, ["#{Process.pid}"]] }'

  def test_entitled_it_serves_with_one_call_for_three_workers
    puma("--product", "#{CODE}=entitled") do |pid, log, port|
      pids = within { Array.new(5) { get(port) }.uniq }
      refute_empty pids
      refute_includes pids, pid.to_s
      Process.kill("TERM", pid)
      status = within { Process.wait2(pid).last }
      assert_equal 1, services(log).count("metering")
      assert_includes [0, 143, nil], status.exitstatus
    end
  end

  METERED = <<~RUBY
    METER = Mpmeter::Meter.new("#{CODE}", "usage")
    run lambda { |_env|
      METER.add("requests", 1)
      [200, { "content-type" => "text/plain" }, ["\#{Process.pid}"]]
    }
  RUBY

  # The meter is opened by the parent, which preloads the application; its workers' threads add.
  def test_the_threads_of_three_workers_meter_on_one_journal
    puma("--product", "#{CODE}=entitled", app: METERED) do |pid, _log, port, folder|
      pids = within { Array.new(8) { Thread.new { Array.new(25) { get(port) } } }.flat_map(&:value).uniq }
      assert_operator pids.size, :>, 1
      journal = Mpmeter.journal_report(File.join(folder, "usage"))
      assert_equal "200", journal["totals"]["requests"]["added"]
      Process.kill("TERM", pid)
      within { Process.wait(pid) }
    end
  end

  def test_not_entitled_it_ends_with_one_after_one_call_and_never_listens
    puma("--product", "#{CODE}=not-entitled") do |pid, log, port|
      assert_equal 1, within { Process.wait2(pid).last }.exitstatus
      assert_equal 1, services(log).count("metering")
      assert_raises(Errno::ECONNREFUSED) { TCPSocket.new("127.0.0.1", port) }
    end
  end

  def test_throttled_it_keeps_trying_and_sigterm_ends_it
    puma("--product", "#{CODE}=entitled", "--fault", "throttle") do |pid, log, _port|
      within { sleep 0.05 until services(log).count("metering").positive? }
      assert_nil Process.wait(pid, Process::WNOHANG)
      Process.kill("TERM", pid)
      status = within { Process.wait2(pid).last }
      refute_predicate status, :success?
    end
  end

  private

  # Yields the process id of the sandbox's command, which becomes Puma, the sandbox's log and the port.
  def puma(*sandbox, app: APP)
    Dir.mktmpdir do |folder|
      FileUtils.cp(File.join(SOURCE, "examples/ruby/puma.rb"), folder)
      File.write(File.join(folder, "config.ru"), app)
      log = File.join(folder, "log")
      port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
      script = "cp \"$MPMETER_SANDBOX_PUBLIC_KEY\" product.pem && exec puma --config puma.rb config.ru"
      environment = { "BIND" => "tcp://127.0.0.1:#{port}", "WEB_CONCURRENCY" => "3" }
      command = ["run", "--scenario", "ecs-fargate", *sandbox, "--log", log, "--", "sh", "-c", script]
      output = File.join(folder, "output")
      pid = spawn(environment, ENV.fetch("MPMETER_SANDBOX"), *command, chdir: folder, %i[out err] => output)
      yield pid, log, port, folder
    ensure
      finish(pid)
    end
  end

  def finish(pid)
    Process.kill("TERM", pid)
    Process.wait(pid)
  rescue Errno::ESRCH, Errno::ECHILD
    nil # It has ended, as it should.
  end

  def get(port)
    Net::HTTP.get(URI("http://127.0.0.1:#{port}/"))
  rescue Errno::ECONNREFUSED
    sleep 0.1
    retry
  end

  def within(&block)
    Timeout.timeout(60, &block)
  end
end
