# frozen_string_literal: true

# The conformance driver of the Ruby binding: performs one case of cases.json and prints what came of it.

require "json"
require "mpmeter"

# `$NAME` is the environment variable; anything else is itself.
def text(value)
  value.is_a?(String) && value.start_with?("$") ? ENV.fetch(value.delete_prefix("$")) : value
end

def client_options(options)
  keys = options.fetch("public_keys").map do |key|
    [Integer(text(key["version"])), key.key?("file") ? File.read(text(key["file"])) : text(key["pem"])]
  end
  if keys.map(&:first).uniq.size < keys.size
    # A Hash cannot hold a version twice, so the mistake cannot be made in Ruby.
    raise Mpmeter::InvalidArgument.new("a key version is given twice", fix: "Give each version once.")
  end
  given = { public_keys: keys.to_h }
  given[:deadline] = options["deadline_ms"] / 1000r if options.key?("deadline_ms")
  # Every other option is the client's own, under the same name.
  given.merge(options.except("public_keys", "deadline_ms", "cancel_after_ms").transform_keys(&:to_sym))
end

def milliseconds(seconds)
  (seconds * 1000).round
end

def registration(found)
  found.to_h.reject { |name, _| name == :elapsed }.merge(
    product_kind: found.product_kind.to_s, issued_at: found.issued_at&.to_i, elapsed_ms: milliseconds(found.elapsed)
  )
end

# Yields a cancellation that is cancelled when the case says so.
def cancelling(after)
  cancellation = Mpmeter::Cancellation.new
  cancellation.cancel if after == 0
  timer = after.to_i.positive? && Thread.new { sleep(after / 1000.0) and cancellation.cancel }
  yield cancellation
ensure
  timer&.kill if timer
end

# Performs the steps of a meter; `found` has what is printed, after a failure too.
def steps(client, given, cancellation, found)
  found[:steps] = 0
  flags = given.fetch("flags", []).to_h { |flag| [flag.to_sym, true] }
  Mpmeter::Meter.open(given["product_code"], given["journal"], client: client, **flags) do |meter|
    given["steps"].each do |step|
      step(meter, step, cancellation, found)
      found[:steps] += 1
    end
  end
  found
end

def step(meter, step, cancellation, found)
  case step["step"]
  when "check" then meter.check(step["dimension"], cancellation: cancellation)
  when "add" then meter.add(step["dimension"], step["quantity"], tags: step.fetch("tags", {}))
  when "send" then meter.send_usage(final: step.fetch("final", false), cancellation: cancellation)
  when "next_due" then found[:due] = meter.next_due.zero?
  when "report"
    books = meter.report
    %w[pending held sent].each do |part|
      found[part.to_sym] = books[part].map { |entry| entry.values_at("dimension", "quantity").join("=") }.sort
    end
  end
end

def single(client, given, cancellation)
  options = given.slice("client_token", "dry_run").transform_keys(&:to_sym)
  options[:at] = Time.at(given["timestamp"]) if given.key?("timestamp")
  id = Mpmeter.meter_usage(given["product_code"], given["dimension"], given["quantity"],
                           client: client, cancellation: cancellation, **options)
  { record_id: id }
end

def on_client(client, function, given, cancellation, partly)
  case function
  when "meter" then steps(client, given, cancellation, partly)
  when "meter_usage" then single(client, given, cancellation)
  when "verify"
    registration(client.verify(given["token"], product_code: given["product_code"], nonce: given["nonce"],
                                               public_key_version: given["public_key_version"]))
  when "find_region"
    found = client.find_region(cancellation: cancellation)
    { region: found.name, region_source: found.source, platform: found.platform, supported: found.supported }
  when "register_usage", "register_usage_twice"
    register = -> { client.register_usage(given["product_code"], nonce: given["nonce"], cancellation: cancellation) }
    register.call if function == "register_usage_twice"
    registration(register.call)
  end
end

def call(function, given, options, partly)
  case function
  when "endpoint"
    kinds = given["kinds"]
    chosen = { fips: kinds.include?("fips"), dualstack: kinds.include?("dualstack") }
    { endpoint: Mpmeter.endpoint(given["region"], **chosen) }
  when "version"
    { version: Mpmeter.version }
  when "diagnose"
    cancelling(options["cancel_after_ms"]) do |cancellation|
      found = Mpmeter.diagnose(given["product_code"], register: given["register"], cancellation: cancellation,
                                                      **client_options(options))
      { verdict: found.status, first_failure: found.first_failure, checks: found.report["checks"].size }
    end
  else
    Mpmeter::Client.open(**client_options(options)) do |client|
      cancelling(options["cancel_after_ms"]) { |cancellation| on_client(client, function, given, cancellation, partly) }
    end
  end
end

def perform(test)
  given = test["call"]["arguments"].transform_values { |value| text(value) }
  partly = {}
  found = call(test["call"]["function"], given, test["options"], partly)
  { status: "MPMETER_OK", code: 0, action: "proceed", message: "It worked.", fix: "", error_type: nil }.merge(found)
rescue Mpmeter::Error => error
  error.to_h.merge(text: error.text, error_type: error.class.name.delete_prefix("Mpmeter::"), **partly)
end

# From the classes, as the binding has them; nothing is asked of the library.
def statuses
  constants = Mpmeter.constants.map { |name| Mpmeter.const_get(name) }
  classes = constants.select { |kind| kind.is_a?(Class) && kind < Mpmeter::Error }
  rows = classes.map do |kind|
    { status: kind.status, code: kind.code, action: kind.action, error_type: kind.name.delete_prefix("Mpmeter::") }
  end
  [{ status: "MPMETER_OK", code: 0, action: "proceed", error_type: nil }, *rows.sort_by { |row| row[:code] }]
end

argument = ARGV.fetch(0)
puts JSON.generate(argument == "--statuses" ? statuses : perform(JSON.parse(File.read(argument))))
