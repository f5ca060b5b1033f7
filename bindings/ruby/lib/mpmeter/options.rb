# frozen_string_literal: true

# Decides what a client's options may be, and hands them to the library. What the library refuses is named by the
# option's own name.

require_relative "call"
require_relative "checks"
require_relative "handle"
require_relative "plain_options"

module Mpmeter
  # @private
  class Options
    KINDS = { paid: 0, free: 1 }.freeze
    POLICIES = { enforce: 0, attempt: 1, ask: 2 }.freeze

    # The library's options, and who receives its log.
    attr_reader :handle, :logger

    def initialize(public_key: nil, public_key_version: 1, public_keys: nil, trusted_products: nil,
                   accept_free_products: false, deadline: nil, region_policy: :ask, unverified_key_version: nil,
                   logger: nil, **plain)
      raise ArgumentError, "give public_key or public_keys, not both" if public_key && public_keys

      @handle = Handle.make(:options)
      add_keys(public_keys || (public_key ? { public_key_version => public_key } : {}))
      trust(trusted_products) unless trusted_products.nil?
      accepts_free = Checks.boolean("accept_free_products", accept_free_products)
      put(:accept_free_products, "accept_free_products", 1) if accepts_free
      set_numbers(deadline, unverified_key_version)
      plain.each { |name, value| set_plain(name, value) }
      put(:set_region_policy, "region_policy", Checks.choice("region_policy", region_policy, POLICIES))
      set_log(logger) unless logger.nil?
    end

    private

    def put(function, refused, *values)
      code = Library.call(:"mpmeter_options_#{function}", handle, *values)
      raise Checks.invalid("#{refused} is refused") if code == InvalidArgument.code
      raise Results.error(code, nil) unless code.zero?
    end

    def add_keys(keys)
      raise TypeError, "public_keys must be a Hash, not #{keys.class}" unless keys.is_a?(Hash)

      keys.each do |version, pem|
        number = Checks.integer("public_key_version", version)
        put(:add_public_key, "public_key_version: #{number}", number, Checks.text("public_key", pem))
      end
    end

    def trust(products)
      raise TypeError, "trusted_products must be a Hash, not #{products.class}" unless products.is_a?(Hash)
      # A computed list that came out empty must not trust every code.
      if products.empty?
        raise Checks.invalid("trusted_products is empty; leave it out if the code is part of the program")
      end

      products.each do |code, kind|
        text = Checks.text("trusted_products", code)
        number = Checks.choice("trusted_products[#{code.inspect}]", kind, KINDS)
        put(:trust_product, "trusted_products: #{code.inspect}", text, number)
      end
    end

    def set_numbers(deadline, unverified_key_version)
      unless deadline.nil?
        put(:set_deadline_ms, "deadline: #{deadline.inspect}", Checks.milliseconds("deadline", deadline))
      end
      return if unverified_key_version.nil?

      version = Checks.integer("unverified_key_version", unverified_key_version)
      put(:set_unverified, "unverified_key_version: #{version}", version)
    end

    def set_plain(name, value)
      kind, limits = PLAIN_OPTIONS.fetch(name) { raise ArgumentError, "unknown keyword: #{name.inspect}" }
      return if value.nil?

      given = Checks.public_send(kind, name.to_s, value)
      put(:"set_#{name}", "#{name}: #{value.inspect} is not #{limits}; it", given)
    end

    # At every level: the logger's own level is looked at when a line comes, so that it may change.
    def set_log(logger)
      missing = Call::LEVELS.reject { |level| logger.respond_to?(level) }
      raise TypeError, "logger must have #{missing.join(", ")}, as a Logger has" unless missing.empty?

      @logger = logger
      put(:set_log, "logger", Call.log_function, nil, 0)
    end
  end
end
