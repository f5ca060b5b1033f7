# frozen_string_literal: true

# What Ruby can express and C cannot ends in Ruby's own exception of the right class, and never in a crash.

require_relative "helper"
require "bigdecimal"

class BadInputTest < Minitest::Test
  CLIENT = Mpmeter::Client.new(unverified_key_version: 1)
  NUL = "with\0NUL"
  BROKEN = "broken \xff".dup.force_encoding(Encoding::UTF_8)
  UTF16 = "half a pair \xD8\x00".dup.force_encoding(Encoding::UTF_16BE)
  HUGE = 10**100_000
  TEXT_LIKE = Object.new.tap { |object| def object.to_s = "code" }

  def self.new_client(**options)
    -> { Mpmeter::Client.new(unverified_key_version: 1, **options) }
  end

  def self.key(pem, version = 1)
    -> { Mpmeter::Client.new(public_key: pem, public_key_version: version) }
  end

  def self.verify(token = "a.b.c", **options)
    -> { CLIENT.verify(token, **{ product_code: "code", nonce: "n" }, **options) }
  end

  def self.register(code, **options)
    -> { CLIENT.register_usage(code, **options) }
  end

  WRONG_TYPES = {
    "a key that is a number" => key(1),
    "a key that is a symbol" => key(:pem),
    "a version that is a text" => key("pem", "1"),
    "a version that is a float" => key("pem", 1.0),
    "a version that is nil" => key("pem", nil),
    "keys that are a list" => -> { Mpmeter::Client.new(public_keys: [[1, "pem"]]) },
    "trusted products that are a list" => new_client(trusted_products: ["code"]),
    "a trusted code that is a symbol" => new_client(trusted_products: { code: :paid }),
    "a kind that is a number" => new_client(trusted_products: { "code" => 0 }),
    "a text for true" => new_client(accept_free_products: "no"),
    "nil for true" => new_client(accept_free_products: nil),
    "a deadline that is a text" => new_client(deadline: "60"),
    "a deadline that is complex" => new_client(deadline: Complex(1, 1)),
    "a deadline that is a time" => new_client(deadline: Time.now),
    "a policy that is a number" => new_client(region_policy: 1),
    "a logger that is none" => new_client(logger: "stdout"),
    "a token that is nil" => verify(nil),
    "a nonce that is a number" => register("code", nonce: 4711),
    "a product code that is nil" => register(nil),
    "a product code that only looks like a text" => register(TEXT_LIKE),
    "a cancellation that is none" => register("code", cancellation: true),
    "a Region that is nil" => -> { Mpmeter.endpoint(nil) }
  }.freeze

  WRONG_VALUES = {
    "a NUL in a key" => key(NUL),
    "broken UTF-8 in a key" => key(BROKEN),
    "bytes that are not UTF-8 in a key" => key("\xff\xfe".b),
    "broken UTF-16 in a key" => key(UTF16),
    "version 0" => key("pem", 0),
    "a version of 2 ** 32 + 1" => key("pem", 2**32 + 1),
    "a huge version" => key("pem", HUGE),
    "a NUL in a trusted code" => new_client(trusted_products: { NUL => :paid }),
    "an unknown kind" => new_client(trusted_products: { "code" => :gratis }),
    "a kind of broken UTF-8" => new_client(trusted_products: { "code" => BROKEN }),
    "no time at all" => new_client(deadline: 0),
    "a deadline below none" => new_client(deadline: -1),
    "a deadline of NaN" => new_client(deadline: Float::NAN),
    "a deadline of NaN as BigDecimal" => new_client(deadline: BigDecimal("NaN")),
    "an infinite deadline" => new_client(deadline: Float::INFINITY),
    "a deadline of the largest float" => new_client(deadline: Float::MAX),
    "a huge deadline" => new_client(deadline: HUGE),
    "a deadline of a day and more" => new_client(deadline: 86_400.001),
    "few key bits" => new_client(minimum_key_bits: 512),
    "an unknown policy" => new_client(region_policy: :whatever),
    "a NUL in a token" => verify("a.b\0.c"),
    "broken UTF-8 in a token" => verify(BROKEN),
    "a huge version of a token" => verify(public_key_version: HUGE),
    "a NUL in a product code" => register(NUL),
    "broken UTF-8 in a product code" => register(BROKEN),
    "broken UTF-16 in a product code" => register(UTF16),
    "an empty product code" => register(""),
    "a product code of 256 characters" => register("c" * 256),
    "a NUL in a nonce" => register("code", nonce: NUL),
    "an empty nonce" => register("code", nonce: ""),
    "a NUL in a Region" => -> { Mpmeter.endpoint(NUL) },
    "no Region" => -> { Mpmeter.endpoint("moon") },
    "a NUL for a diagnosis" => -> { Mpmeter.diagnose(NUL) },
    "a NUL for a diagnosis of metering" => -> { Mpmeter.diagnose_metering(NUL) },
    "a NUL for a journal to diagnose" => -> { Mpmeter.diagnose_metering(journal: NUL) },
    "a NUL for a dimension to diagnose" => -> { Mpmeter.diagnose_metering(dimensions: [NUL]) },
    "a diagnosis that registers nothing" => -> { Mpmeter.diagnose(register: true) }
  }.freeze

  WRONG_TYPES.each do |name, attempt|
    define_method("test_type_error: #{name}") { assert_raises(TypeError, &attempt) }
  end

  WRONG_VALUES.each do |name, attempt|
    define_method("test_invalid_argument: #{name}") do
      error = assert_raises(Mpmeter::InvalidArgument, &attempt)
      assert_equal ["MPMETER_E_INVALID_ARGUMENT", :terminate, 1], [error.status, error.action, error.exit_status]
      refute_empty error.message
      refute_empty error.fix
      assert_operator error.message.size, :<, 1000
    end
  end

  def test_an_option_that_there_is_not_is_an_argument_error
    assert_raises(ArgumentError) { Mpmeter::Client.new(unverified_key_version: 1, deadline_ms: 1) }
    assert_raises(ArgumentError) { Mpmeter::Client.new(public_key: "pem", public_keys: { 1 => "pem" }) }
    assert_raises(ArgumentError) { CLIENT.register_usage("code", Nonce: "n") }
  end

  def test_no_key_and_what_is_no_key_are_public_key_errors
    assert_raises(Mpmeter::PublicKeyError) { Mpmeter::Client.new }
    assert_raises(Mpmeter::PublicKeyError) { Mpmeter::Client.new(public_key: "product.pem") }
  end

  def test_text_of_another_encoding_is_converted
    error = assert_raises(Mpmeter::InvalidArgument) { CLIENT.register_usage("a code".encode(Encoding::UTF_16LE)) }
    assert_includes error.message, "a code"
  end

  def test_a_closed_client_is_a_closed_error
    client = Mpmeter::Client.new(unverified_key_version: 1)
    client.close
    client.close
    assert_raises(Mpmeter::ClosedError) { client.register_usage("code") }
    assert_raises(IOError) { client.verify("a.b.c", product_code: "code", nonce: "n") }
    assert_raises(IOError) { client.find_region }
  end

  def test_a_call_that_was_cancelled_before_is_cancelled
    stop = Mpmeter::Cancellation.new
    stop.cancel
    error = assert_raises(Mpmeter::Cancelled) { CLIENT.register_usage("code", cancellation: stop) }
    assert_equal :terminate, error.action
  end

  def test_what_is_made_without_initialize_is_refused
    assert_raises(Mpmeter::ClosedError) { Mpmeter::Client.allocate.find_region }
  end
end
