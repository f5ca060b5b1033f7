# frozen_string_literal: true

# Sidekiq as examples/ruby/sidekiq.rb has it, with Redis, as process 1 of its own process namespace: entitled it works
# off a job, with one call for all threads; not entitled it ends with 1; throttled it keeps trying, and SIGTERM ends it.

require_relative "helper"
require "fileutils"
require "socket"
require "timeout"

class SidekiqTest < Minitest::Test
  include Helper

  CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
  SIDEKIQ = Gem.bin_path("sidekiq", "sidekiq")
  ENQUEUE = 'require "sidekiq"; Sidekiq::Client.push("class" => "Report", "args" => ["November"])'
  # Process 1 of the namespace; unshare waits for it, and its exit status is the same.
  CONTAINER = "unshare #{"--user --map-root-user " unless Process.uid.zero?}--pid --fork --kill-child --"

  def test_entitled_it_works_with_one_call
    sidekiq("--product", "#{CODE}=entitled") do |outside, log, output, redis|
      ran = system({ "REDIS_URL" => redis }, RbConfig.ruby, "-e", ENQUEUE)
      assert ran
      within { sleep 0.05 until File.read(output).include?("the report of November") }
      Process.kill("TERM", inside(outside))
      assert_equal 0, within { Process.wait2(outside).last }.exitstatus, File.read(output)
      assert_equal 1, services(log).count("metering")
    end
  end

  def test_not_entitled_it_ends_with_one_after_one_call
    sidekiq("--product", "#{CODE}=not-entitled") do |outside, log, output, _redis|
      assert_equal 1, within { Process.wait2(outside).last }.exitstatus, File.read(output)
      assert_equal 1, services(log).count("metering")
    end
  end

  def test_throttled_it_keeps_trying_and_sigterm_ends_it
    sidekiq("--product", "#{CODE}=entitled", "--fault", "throttle") do |outside, log, output, _redis|
      within { sleep 0.05 until services(log).count("metering") > 1 }
      Process.kill("TERM", inside(outside))
      assert_equal 143, within { Process.wait2(outside).last }.exitstatus, File.read(output)
    end
  end

  private

  # Yields the process id of the sandbox, which becomes that of unshare; its log; the output; and Redis' address.
  def sidekiq(*sandbox)
    Dir.mktmpdir do |folder|
      FileUtils.cp(File.join(SOURCE, "examples/ruby/sidekiq.rb"), folder)
      with_redis(folder) do |redis|
        log = File.join(folder, "log")
        output = File.join(folder, "output")
        script = "cp \"$MPMETER_SANDBOX_PUBLIC_KEY\" product.pem && " \
                 "exec #{CONTAINER} #{RbConfig.ruby} #{SIDEKIQ} -c 3 -r ./sidekiq.rb"
        command = ["run", "--scenario", "ecs-fargate", *sandbox, "--log", log, "--", "sh", "-c", script]
        outside = spawn({ "REDIS_URL" => redis }, ENV.fetch("MPMETER_SANDBOX"), *command,
                        chdir: folder, %i[out err] => output)
        yield outside, log, output, redis
      ensure
        finish(outside)
      end
    end
  end

  # A server of this test's, which keeps nothing.
  def with_redis(folder)
    port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    options = ["--bind", "127.0.0.1", "--port", port.to_s, "--dir", folder, "--save", "", "--appendonly", "no"]
    server = spawn("redis-server", *options, %i[out err] => File.join(folder, "redis"))
    within do
      TCPSocket.new("127.0.0.1", port).close
    rescue Errno::ECONNREFUSED
      sleep 0.05
      retry
    end
    yield "redis://127.0.0.1:#{port}/0"
  ensure
    finish(server)
  end

  # The process that is number 1 inside: the last of the chain of only children.
  def inside(pid)
    within do
      loop do
        children = File.read("/proc/#{pid}/task/#{pid}/children").split
        break if children.empty?

        pid = Integer(children.first)
      end
    end
    pid
  end

  def finish(pid)
    return if pid.nil?

    Process.kill("KILL", inside(pid))
    Process.wait(pid)
  rescue Errno::ENOENT, Errno::ESRCH, Errno::ECHILD
    nil # It has ended, as it should.
  end

  def within(&block)
    Timeout.timeout(60, &block)
  end
end
