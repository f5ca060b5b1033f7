# frozen_string_literal: true

# Calls of each kind, a round to warm up and then ten thousand in rounds; prints the memory after each.

require "fileutils"
require "json"
require "tmpdir"
require "mpmeter"

MANY = 10_000
ROUNDS = 5
PEM = File.read(ENV.fetch("MPMETER_SANDBOX_PUBLIC_KEY"))
CODE = ENV.fetch("MPMETER_SANDBOX_PRODUCT_CODE")
QUIET = Object.new
def QUIET.debug(_line) = nil
def QUIET.info(_line) = nil
def QUIET.warn(_line) = nil
CLIENT = Mpmeter::Client.new(public_key: PEM, logger: QUIET)
FIRST = CLIENT.register_usage(CODE)
CANCELLED = Mpmeter::Cancellation.new.tap(&:cancel)

def refused
  yield
rescue Mpmeter::Error
  nil
end

FOLDER = Dir.mktmpdir("mpmeter-ruby-", "/dev/shm") # What counts is memory, not the disk.
METER = Mpmeter::Meter.new(CODE, File.join(FOLDER, "usage"), client: CLIENT)

KINDS = {
  registered: -> { CLIENT.register_usage(CODE) },
  refused: -> { refused { CLIENT.register_usage("not a code") } },
  cancelled: -> { refused { CLIENT.register_usage("other", cancellation: CANCELLED) } },
  verified: -> { CLIENT.verify(FIRST.signature, product_code: CODE, nonce: FIRST.nonce) },
  made: -> { Mpmeter::Client.new(public_key: PEM, logger: QUIET).close },
  added: -> { METER.add("requests", "0.25", tags: { "team" => "a" }) },
  reported: -> { METER.report }
}.freeze

# KiB that are resident after so many calls, and after what they left has been collected.
def calls(call)
  (MANY / ROUNDS).times { call.call }
  GC.start
  File.read("/proc/self/status")[/VmRSS:\s+(\d+)/, 1].to_i
end

puts JSON.generate(KINDS.transform_values { |call| Array.new(ROUNDS + 1) { calls(call) } })
FileUtils.rm_rf(FOLDER)
