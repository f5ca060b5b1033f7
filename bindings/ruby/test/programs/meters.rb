# frozen_string_literal: true

# What a program may do with usage, in the sandbox. Prints what it saw as JSON.

require "bigdecimal"
require "json"
require "pathname"
require "timeout"
require "tmpdir"
require "mpmeter"

CODE = ENV.fetch("MPMETER_SANDBOX_PRODUCT_CODE")
FOLDER = Dir.mktmpdir("mpmeter-ruby-")
JOURNAL = File.join(FOLDER, "usage")

def sandbox(*arguments)
  out = IO.popen([ENV.fetch("MPMETER_SANDBOX"), *arguments], &:read)
  raise "mpmeter-sandbox #{arguments.join(" ")}: #{out}" unless $?.success?

  out
end

# What the ledger sums up, by dimension.
def billed
  sandbox("ledger").scan(/^total +\S+ +(\S+) +(\S+)$/).to_h
end

def meter(**options, &block)
  Mpmeter::Meter.open(CODE, JOURNAL, **options, &block)
end

def ended
  yield
  "returned"
rescue Exception => error # Whatever it is, it is printed.
  error.class.name
end

def descriptors
  3.times { GC.start }
  Dir.children("/proc/self/fd").size
end

def show(**seen)
  puts JSON.generate(seen)
end

CASES = {
  all: lambda do
    meter do |mine|
      mine.check("requests")
      mine.start_sending do
        threads = Array.new(8) do
          Thread.new { 5.times { mine.add("requests", BigDecimal("0.25"), tags: { "team" => "a" }) } }
        end
        threads.each(&:join)
        mine.add("requests", 10)
        mine.add("bytes", "9007199254")
      end
      show(books: mine.report, billed: billed, due: mine.next_due, outside: Mpmeter.journal_report(Pathname(JOURNAL)))
    end
  end,
  interrupted: lambda do
    client = Mpmeter::Client.new(unverified_key_version: 1)
    meter(client: client, &:report)
    before = descriptors
    raised = 200.times.count do |seed|
      thread = Thread.new { 20.times { Mpmeter::Meter.new(CODE, JOURNAL, client: client) } }
      thread.report_on_exception = false
      sleep Random.new(seed).rand * 0.004
      thread.raise(KeyError)
      ended { thread.join } == "KeyError"
    end
    show(before: before, after: descriptors, raised: raised)
  end,
  closing: lambda do
    # Of a meter that only counts its last sends.
    counts = Class.new do
      attr_reader :finals

      def next_due = 50

      def send_usage(final: false, cancellation: nil)
        sleep 0.0001
        @finals = true
      end
    end
    lost = 300.times.count do |seed|
      mine = counts.new
      sender = Mpmeter::Sender.new(mine, grace: 25, on_error: nil)
      thread = Thread.new { sender.close }
      thread.report_on_exception = false
      sleep Random.new(seed).rand * 0.0004
      thread.raise(KeyError)
      ended { thread.join }
      sender.close
      mine.finals.nil?
    end
    # A thread that was killed takes its time to end, but not as long as the grace.
    500.times { Thread.list.size > 1 && sleep(0.02) }
    show(lost: lost, threads: Thread.list.size)
  end,
  died: lambda do
    # Of a meter that fails, and with a report that does so, too.
    fails = Struct.new(:error, :finals) do
      def next_due = raise(error)

      def send_usage(final: false, cancellation: nil)
        self.finals = finals.to_i + 1 if final
      end
    end
    finals = [Mpmeter::JournalError.new("no"), IOError.new("meant to be")].map do |error|
      mine = fails.new(error)
      sender = Mpmeter::Sender.new(mine, grace: 25, on_error: ->(_) { raise NotImplementedError })
      sleep 0.1
      sender.close
      mine.finals
    end
    show(finals: finals)
  end,
  due: lambda do
    meter do |mine|
      mine.check("requests")
      mine.add("requests", 3)
      mine.send_usage
      early = billed
      sandbox("clock", "+2h")
      mine.check("requests") # AWS's answer says what time it is.
      sender = mine.start_sending
      sleep 0.02 until billed.key?("requests")
      sender.close
      sender.close
      show(early: early, billed: billed, closed: sender.closed?, threads: Thread.list.size)
    end
  end,
  whole: lambda do
    client = Mpmeter::Client.new(unverified_key_version: 1)
    mine = Mpmeter::Meter.new(CODE, JOURNAL, client: client, whole_units: true, hold_late: true)
    client.close
    mine.add("requests", BigDecimal("2.75"))
    mine.send_usage(final: true)
    show(billed: billed, pending: mine.report["totals"]["requests"]["pending"])
  end,
  single: lambda do
    at = Time.now
    dry = Mpmeter.meter_usage(CODE, "requests", 1, dry_run: true)
    first = Mpmeter.meter_usage(CODE, "requests", "1.5", at: at, client_token: "one")
    again = Mpmeter.meter_usage(CODE, "requests", BigDecimal("1.50"), at: at, client_token: "one")
    other = ended { Mpmeter.meter_usage(CODE, "requests", 2, at: at) }
    epoch = ended { Mpmeter.meter_usage(CODE, "requests", 2, at: Time.at(0)) }
    show(dry: dry, same: first == again, text: first.is_a?(String), other: other, epoch: epoch)
  end,
  fork: lambda do
    mine = meter
    mine.add("requests", 1)
    sender = mine.start_sending
    children = Array.new(4) do
      fork do
        10.times { mine.add("requests", 1) }
        sender.close # It is the parent's.
        exit! 0
      end
    end
    codes = children.map { |child| Process.wait2(child).last.exitstatus }
    sender.close
    show(codes: codes, billed: billed)
  end,
  together: lambda do
    # Others go on while an add waits for another process, which holds the journal.
    mine = meter
    mine.add("requests", 1)
    locked = IO.popen(["python3", "-c", <<~PYTHON, JOURNAL], "r+")
      import sqlite3, sys
      journal = sqlite3.connect(sys.argv[1], isolation_level=None)
      journal.execute("BEGIN EXCLUSIVE")
      print("locked", flush=True)
      sys.stdin.readline()
    PYTHON
    locked.gets
    adding = Thread.new { mine.add("requests", 1) }
    turns = 0
    turns += 1 while turns < 100_000
    waiting = adding.alive?
    locked.close
    adding.join
    show(turns: turns, waiting: waiting, added: mine.report["totals"]["requests"]["added"])
  end,
  refused: lambda do
    mine = meter
    values = ["-1", "1e3", "0.1234567", "12345678901", "", " 1", "1\0", -1, 10**10, 10**100_000, BigDecimal("NaN"),
              BigDecimal("1E+1000000000"), BigDecimal("1E-1000000000"), BigDecimal("-1"), BigDecimal("Infinity")]
    places = [["", 1], ["d" * 256, 1], ["a\0", 1], ["\xff", 1], ["requests", 1, { "key" => "" }],
              ["requests", 1, "abcdef".chars.to_h { |key| [key, "v"] }], ["requests", 1, { "k\0" => "v" }]]
    types = [0.5, true, nil, :one, [1], Object.new, 1r, Complex(1, 1)]
    wrong = [[7, 1], [nil, 1], [:requests, 1], ["requests", 1, []], ["requests", 1, { key: "v" }], ["requests", 1, nil]]
    add = ->(dimension, quantity, tags = {}) { ended { mine.add(dimension, quantity, tags: tags) } }
    seen = { values: values.map { |value| add["requests", value] }, types: types.map { |value| add["requests", value] },
             places: places.map { |place| add[*place] }, wrong: wrong.map { |place| add[*place] } }
    mine.add("big", "9999999999.999999")
    show(**seen, past: add["big", "0.000001"], zero: add["big", 0], totals: mine.report["totals"].keys)
  end,
  journals: lambda do
    mine = meter
    empty = File.join(FOLDER, "empty")
    File.write(empty, "")
    open = ->(path, code = CODE, **options) { ended { Mpmeter::Meter.new(code, path, **options) } }
    client = Mpmeter::Client.new(unverified_key_version: 1)
    seen = {
      empty: open[empty], text: open[__FILE__], missing: open[File.join(FOLDER, "missing/usage")],
      report: ended { Mpmeter.journal_report(File.join(FOLDER, "missing")) }, other: open[JOURNAL, "another"],
      long: open["/#{"a" * 500}"], number: open[7], nul: open["a\0b"], option: open[JOURNAL, whole: true],
      both: open[JOURNAL, client: client, deadline: 1], closed_client: open[JOURNAL, client: client.tap(&:close)],
      token: ended { Mpmeter.meter_usage(CODE, "requests", 1, client_token: "t" * 65) },
      at: ended { Mpmeter.meter_usage(CODE, "requests", 1, at: 7) },
      grace: ended { mine.start_sending(grace: -1) }, on_error: ended { mine.start_sending(on_error: 1) }
    }
    sender = mine.start_sending
    mine.close
    seen[:closed] = %i[check next_due report send_usage start_sending].map { |name| ended { mine.public_send(name) } }
    seen[:add] = ended { mine.add("requests", 1) }
    seen[:sender] = ended { sender.close }
    show(**seen, copy: ended { mine.dup })
  end,
  # With a metering service that hangs.
  stopped: lambda do
    meter(deadline: 300) do |mine|
      mine.add("requests", 1)
      stop = Mpmeter::Cancellation.new
      seen = { check: ended { Timeout.timeout(1) { mine.check("requests") } },
               send: ended { Timeout.timeout(1) { mine.send_usage(final: true) } } }
      Thread.new do
        sleep 0.3
        stop.cancel
      end
      seen[:cancellation] = ended { mine.send_usage(final: true, cancellation: stop) }
      sender = mine.start_sending(grace: 0.3)
      seen[:grace] = ended { sender.close }
      show(**seen, pending: mine.report["pending"].size)
    end
  end,
  fails: lambda do
    told = []
    meter(deadline: 0.001) do |mine|
      mine.add("requests", 1)
      last = ended { mine.start_sending(on_error: ->(error) { told << error.status }).close }
      show(last: last, pending: mine.report["pending"].size)
    end
  end
}.freeze

begin
  CASES.fetch(ARGV.fetch(0).to_sym).call
ensure
  require "fileutils"
  FileUtils.rm_rf(FOLDER)
end
