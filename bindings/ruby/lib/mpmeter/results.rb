# frozen_string_literal: true

# Decides what a call returns: frozen values that hold nothing of the library's memory.

require "json"
require_relative "library"
require_relative "statuses"

module Mpmeter
  # A registration that AWS accepted, and whose proof held. Frozen.
  #
  # product_code::       the ProductCode that was registered
  # product_kind::       :free if the code was trusted as free, else :paid
  # public_key_version:: the PublicKeyVersion that AWS signed with
  # nonce::              the Nonce that was sent, and found in the proof
  # verified::           whether the signature was verified: false only with unverified_key_version
  # signature::          the signed response, a JWT in compact form; store it with the nonce to verify it again
  # public_key_rotation:: PublicKeyRotationTimestamp as AWS sent it: this key version has expired; ship the newer one
  # issued_at::          when AWS says that it issued the proof, a Time in UTC; nil if it does not say
  # region, region_source:: where it was registered, and where that was found; nil after verify
  # credentials_source:: where the credentials came from; nil after verify
  # platform::           "ecs", "fargate", "eks", "ec2" or "none"; nil after verify
  # request_id::         AWS's request id of the answer, or nil
  # attempts::           how many RegisterUsage requests it took; 0 after verify
  # elapsed::            seconds from the call to the answer
  Registration = Struct.new(
    :product_code, :product_kind, :public_key_version, :nonce, :verified, :signature, :public_key_rotation, :issued_at,
    :region, :region_source, :credentials_source, :platform, :request_id, :attempts, :elapsed, keyword_init: true
  ) do
    alias_method :verified?, :verified

    # As JSON, with the keys of `mpmeter register --json`.
    def to_json(*)
      @json
    end

    # Without the signature, which is long, and a proof that a log need not hold.
    def inspect
      shown = to_h.merge(signature: "…").map { |name, value| " #{name}=#{value == "…" ? value : value.inspect}" }
      "#<#{self.class}#{shown.join(",")}>"
    end
    alias_method :to_s, :inspect
  end

  # A Region that was found, such as "eu-west-3", and where. Not supported is one that AWS's documentation names as
  # such.
  Region = Struct.new(:name, :source, :platform, :supported, keyword_init: true) do
    alias_method :supported?, :supported

    # The Region's name.
    def to_s
      name
    end
  end

  # Why a registration would fail here. Frozen.
  #
  # status::        what a registration would answer, as far as can be told without one, such as "MPMETER_OK"
  # action::        what to do about it: :proceed, :retry or :terminate
  # first_failure:: the id of the first check that failed, or nil
  # report::        the whole of it, as `mpmeter doctor --json` prints it, a Hash
  # json::          the same as text
  Diagnosis = Struct.new(:status, :action, :first_failure, :report, :json, keyword_init: true)

  # @private
  module Results
    # Each is what the library calls it, in the order of the struct.
    TEXTS = %i[product_code nonce signature public_key_rotation region region_source credentials_source platform
               request_id].freeze
    KNOWN = %i[aws_type request_id region region_source credentials_source platform].freeze

    class << self
      def registration(pointer)
        ask = ->(name) { Library.call(:"mpmeter_registration_#{name}", pointer) }
        texts = TEXTS.to_h { |name| [name, Library.text(ask[name])] }
        registration = Registration.new(
          **texts,
          product_kind: ask[:product_kind] == 1 ? :free : :paid,
          public_key_version: ask[:public_key_version],
          verified: ask[:verified] == 1,
          issued_at: moment(ask[:issued_at]),
          attempts: ask[:attempts],
          elapsed: ask[:elapsed_ms] / 1000.0
        )
        registration.instance_variable_set(:@json, Library.text(ask[:json]))
        registration.freeze
      end

      def region(pointer)
        ask = ->(name) { Library.call(:"mpmeter_region_#{name}", pointer) }
        texts = %i[name source platform].to_h { |name| [name, Library.text(ask[name])] }
        Region.new(**texts, supported: ask[:supported] == 1).freeze
      end

      def diagnosis(pointer)
        json = Library.text(Library.call(:mpmeter_diagnosis_json, pointer))
        report = JSON.parse(json)
        status, action, first_failure = report.values_at("status", "action", "first_failure")
        known = { status: status, action: action.to_sym, first_failure: first_failure }
        Diagnosis.new(**known, report: report, json: json).freeze
      end

      # The exception for a status. `pointer` may be nil.
      def error(code, pointer)
        kind = Error.of(code)
        return kind.new(describe(:message, code), fix: describe(:fix, code)) if pointer.nil?

        ask = ->(name) { Library.call(:"mpmeter_error_#{name}", pointer) }
        http_status = ask[:http_status]
        kind.new(
          Library.text(ask[:message]),
          fix: Library.text(ask[:fix]),
          http_status: http_status.zero? ? nil : http_status,
          **KNOWN.to_h { |name| [name, Library.text(ask[name])] },
          attempts: ask[:attempts],
          elapsed: ask[:elapsed_ms] / 1000.0,
          text: Library.text(ask[:text])
        )
      end

      private

      def describe(what, code)
        Library.text(Library.call(:"mpmeter_status_#{what}", code))
      end

      # Seconds since 1970; 0 means unknown, and what no calendar can hold is unknown too.
      def moment(seconds)
        seconds.zero? ? nil : Time.at(seconds).utc
      rescue RangeError, ArgumentError
        nil
      end
    end
  end
end
