# frozen_string_literal: true

# A call that the sandbox never answers, and what a program may do meanwhile. Prints what it saw as JSON.

require "json"
require "timeout"
require "mpmeter"

# Tells when its call waits for an answer from AWS.
class Watch
  def initialize(&underway)
    @underway = underway
  end

  def info(line)
    @underway.call if line.start_with?("credentials")
  end

  def debug(_line) = nil
  alias warn debug
end

PEM = File.read(ENV.fetch("MPMETER_SANDBOX_PUBLIC_KEY"))
CODE = ENV.fetch("MPMETER_SANDBOX_PRODUCT_CODE")
STARTED = Process.clock_gettime(Process::CLOCK_MONOTONIC)

def client(&underway)
  Mpmeter::Client.new(public_key: PEM, deadline: 300, logger: underway && Watch.new(&underway))
end

# What ended the call, and how many threads it left.
def ended
  yield
  "returned"
rescue Exception => error # Whatever it is, it is printed.
  error.class.name
end

def show(**seen)
  500.times { Thread.list.any? { |thread| thread.name == "mpmeter" } && sleep(0.02) }
  puts JSON.generate(seen.merge(threads: Thread.list.size))
end

# A thread whose call is under way.
def calling(**options)
  underway = Thread::Queue.new
  thread = Thread.new { ended { client { underway << true }.register_usage(CODE, **options) } }
  thread.report_on_exception = false
  underway.pop
  sleep 0.1
  thread
end

CASES = {
  timeout: -> { show(error: ended { Timeout.timeout(1) { client.register_usage(CODE) } }) },
  kill: lambda do
    thread = Thread.new { client.register_usage(CODE) }
    sleep 0.5
    thread.kill.join
    show(alive: thread.alive?)
  end,
  raise: -> { show(error: calling.tap { |thread| thread.raise(KeyError) }.value) },
  cancellation: lambda do
    stop = Mpmeter::Cancellation.new
    threads = Array.new(3) { calling(cancellation: stop) }
    other = calling
    stop.cancel
    errors = threads.map(&:value)
    alive = other.alive?
    other.kill.join
    later = ended { client.register_usage(CODE, cancellation: stop) }
    show(errors: errors, other: alive, cancelled: stop.cancelled?, later: later)
  end,
  trap: lambda do
    stop = Mpmeter::Cancellation.new
    trap("TERM") { stop.cancel }
    error = ended { client { Process.kill("TERM", Process.pid) }.register_usage(CODE, cancellation: stop) }
    show(error: error)
  end,
  interrupt: -> { show(error: ended { client { Process.kill("INT", Process.pid) }.register_usage(CODE) }) },
  twice: lambda do
    # Each call is ended by a signal, and a second one comes while it ends.
    trap("USR1") { raise "first" }
    trap("USR2") { raise "second" }
    chosen = Random.new(7)
    seen = Hash.new(0)
    100.times do
      underway = Thread::Queue.new
      signals = Thread.new do
        underway.pop
        Process.kill("USR1", Process.pid)
        sleep chosen.rand * 0.1
        Process.kill("USR2", Process.pid)
      end
      begin
        begin
          client { underway << true }.register_usage(CODE)
        rescue RuntimeError => error
          seen[error.message] += 1
        end
        signals.join
        sleep 0.05
      rescue RuntimeError => error
        seen[error.message] += 1
        signals.join
      end
    end
    show(seen: seen)
  end,
  exit: lambda do
    calling
    exit 7
  end,
  raises: lambda do
    calling
    raise "meant to be"
  end,
  together: lambda do
    # Others go on while calls wait.
    calls = Array.new(8) { calling }
    turns = 0
    Timeout.timeout(100) { turns += 1 while turns < 100_000 }
    calls.each(&:kill).each(&:join)
    show(turns: turns)
  end,
  fork: lambda do
    calling
    child = fork do
      Thread.new { sleep }
      error = ended { Timeout.timeout(1) { client.register_usage(CODE) } }
      exit!(error == "Timeout::Error" ? 0 : 1)
    end
    show(child: Process.wait2(child).last.exitstatus)
  end,
  closed: lambda do
    mine = client { mine.close }
    thread = Thread.new { ended { Timeout.timeout(2) { mine.register_usage(CODE) } } }
    error = thread.value
    GC.start
    show(error: error, later: ended { mine.register_usage(CODE) }, closed: mine.closed?)
  end,
  masked: lambda do
    # A program that holds interrupts back gets them when it wants them.
    error = ended do
      Thread.handle_interrupt(Timeout::Error => :never) do
        Timeout.timeout(1) { Mpmeter::Client.new(public_key: PEM, deadline: 2).register_usage(CODE) }
      end
    end
    show(error: error, seconds: Process.clock_gettime(Process::CLOCK_MONOTONIC) - STARTED)
  end,
  logger: lambda do
    noisy = Object.new
    def noisy.debug(*) = Kernel.raise("meant to be")
    def noisy.info(*) = Kernel.raise("meant to be")
    def noisy.warn(*) = Kernel.raise("meant to be")
    region = Mpmeter::Client.new(public_key: PEM, logger: noisy).find_region
    show(region: region.name)
  end
}.freeze

CASES.fetch(ARGV.fetch(0).to_sym).call
