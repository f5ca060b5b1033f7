# frozen_string_literal: true

# Registers, then forks three children that use the same client; prints how each of them fared.

require "json"
require "mpmeter"

CODE = ENV.fetch("MPMETER_SANDBOX_PRODUCT_CODE")
CLIENT = Mpmeter::Client.new(public_key: File.read(ENV.fetch("MPMETER_SANDBOX_PUBLIC_KEY")))
FIRST = CLIENT.register_usage(CODE)

children = Array.new(3) { fork { exit!(CLIENT.register_usage(CODE).signature == FIRST.signature ? 0 : 1) } }
puts JSON.generate(children: children.map { |child| Process.wait2(child).last.exitstatus })
