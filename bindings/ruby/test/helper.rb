# frozen_string_literal: true

# Decides how a test runs a program in the sandbox, and what the sandbox saw of it.

require "minitest/autorun"
require "json"
require "open3"
require "rbconfig"
require "tmpdir"
require "mpmeter"

module Helper
  # A call that nothing answers lasts its deadline of five minutes. Soon is far from that, on a busy machine too.
  SOON = 60
  SOURCE = File.expand_path("../../..", __dir__)
  PROGRAMS = File.join(__dir__, "programs")

  Ended = Struct.new(:status, :out, :err, :seconds, :services, keyword_init: true) do
    # What the program printed as JSON.
    def printed
      raise "exit status #{status.inspect}\n#{out}\n#{err}" unless status.success?

      JSON.parse(out)
    end
  end

  # Runs programs/NAME in the sandbox. A block is given the program's process id, and its output.
  def in_sandbox(*sandbox, program:, scenario: "ecs-ec2", chdir: Dir.pwd)
    Dir.mktmpdir("mpmeter-ruby-") do |folder|
      log = File.join(folder, "log")
      given = ["--scenario", scenario, *sandbox, "--log", log, "--", *program]
      started = now
      out, err, status = Open3.capture3(ENV.fetch("MPMETER_SANDBOX"), "run", *given, chdir: chdir)
      Ended.new(status: status, out: out, err: err, seconds: now - started, services: services(log))
    end
  end

  def ruby(name, *arguments)
    [RbConfig.ruby, "-w", File.join(PROGRAMS, name), *arguments]
  end

  # A program whose call AWS never answers.
  def waits(name)
    ended = in_sandbox("--fault", "hang@metering", program: ruby("waits.rb", name))
    assert_operator ended.seconds, :<, SOON, ended.err
    ended
  end

  def services(log)
    lines = File.exist?(log) ? File.readlines(log).grep(/\n\z/) : []
    lines.map { |line| JSON.parse(line).fetch("service") }
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
