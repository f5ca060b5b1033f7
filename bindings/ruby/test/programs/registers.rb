# frozen_string_literal: true

# Registers with one client from several threads, finds the Region, verifies the proof, and prints all of it.

require "json"
require "logger"
require "stringio"
require "mpmeter"

log = StringIO.new
logger = Logger.new(log, level: Logger.const_get(ARGV.fetch(0, "INFO")))
pem = File.read(ENV.fetch("MPMETER_SANDBOX_PUBLIC_KEY"))
code = ENV.fetch("MPMETER_SANDBOX_PRODUCT_CODE")

Mpmeter::Client.open(public_key: pem, deadline: 60, logger: logger) do |client|
  first, *others = Array.new(4) { Thread.new { client.register_usage(code) } }.map(&:value)
  others << client.register_usage(code)
  verified = client.verify(first.signature, product_code: code, nonce: first.nonce)
  puts JSON.generate(
    first: first.to_h, same: others.all? { |other| other.signature == first.signature }, verified: verified.to_h,
    shown: first.inspect, json: first, region: client.find_region.to_h, log: log.string, frozen: first.frozen?,
    issued: first.issued_at.utc? && (first.issued_at - Time.now).abs
  )
end
