# frozen_string_literal: true

# Decides what Ruby may pass. A wrong type is a TypeError; a value that C cannot hold, or that the library refuses, is
# an InvalidArgument.

require_relative "library"
require_relative "statuses"

module Mpmeter
  # @private
  module Checks
    INT32 = (-(2**31)...(2**31)).freeze
    INT64 = (-(2**63)...(2**63)).freeze

    module_function

    # The error of an argument that never reached the library.
    def invalid(message)
      InvalidArgument.new(message, fix: Library.text(Library.call(:mpmeter_status_fix, InvalidArgument.code)))
    end

    # A copy of a text for C, in UTF-8, where it ends at the first NUL. A copy, because another thread may change a
    # string, and the collector move it, while a call reads it.
    def text(name, value)
      string = String.try_convert(value) or raise TypeError, "#{name} must be a String, not #{value.class}"
      bytes = utf8(name, string)
      raise invalid("#{name}: the text holds a NUL") if bytes.include?("\0")

      copy = Fiddle::Pointer.malloc(bytes.bytesize + 1, Fiddle::RUBY_FREE)
      copy[0, bytes.bytesize + 1] = "#{bytes}\0".b
      copy
    end

    # Bytes without an encoding are taken as they are: File.binread returns a PEM as such.
    def utf8(name, string)
      binary = string.encoding == Encoding::BINARY
      encoded = binary ? string.dup.force_encoding(Encoding::UTF_8) : string.encode(Encoding::UTF_8)
      raise invalid("#{name}: the text is not valid UTF-8") unless encoded.valid_encoding?

      encoded
    rescue EncodingError
      raise invalid("#{name}: the text is not valid #{string.encoding}")
    end

    # A path, as File takes it.
    def path(name, value)
      text(name, value.respond_to?(:to_path) ? value.to_path : value)
    end

    # The text of an exact decimal. BigDecimal need not be loaded.
    def quantity(value)
      case value
      when Integer, String
        raise invalid("quantity: #{shown(value)} is out of range") if value.is_a?(Integer) && value.bit_length > 64

        text("quantity", value.to_s)
      else
        return text("quantity", plain(value)) if decimal?(value)

        raise TypeError, "quantity must be an Integer, a BigDecimal or a String, not #{value.class}"
      end
    end

    def decimal?(value)
      defined?(::BigDecimal) && value.is_a?(::BigDecimal)
    end

    # Without an exponent; what has too many places or digits is never written out.
    def plain(value)
      raise invalid("quantity: #{value} is not a number") unless value.finite?
      raise invalid("quantity: #{value} is above 9999999999.999999") if value.exponent > 10
      raise invalid("quantity: #{value} has more than six places") unless value.round(6) == value

      value.to_s("F")
    end

    # A time that is not negative, in seconds.
    def seconds(name, value)
      number = value.is_a?(Numeric) && value.real?
      raise TypeError, "#{name} must be a number of seconds, not #{value.class}" unless number
      raise invalid("#{name}: #{shown(value)} is negative, or no number") unless value >= 0

      value
    end

    # Seconds since 1970. C reads 0 as now; the second after is as far from what AWS accepts.
    def moment(name, value)
      raise TypeError, "#{name} must be a Time, not #{value.class}" unless value.is_a?(Time)

      seconds = value.to_i
      raise invalid("#{name}: #{value} is out of range") unless INT64.cover?(seconds)

      seconds.zero? ? 1 : seconds
    end

    # A whole number that fits in 32 bits: Fiddle would cut off the rest.
    def integer(name, value)
      raise TypeError, "#{name} must be an Integer, not #{value.class}" unless value.is_a?(Integer)
      raise invalid("#{name}: #{shown(value)} is out of range") unless INT32.cover?(value)

      value
    end

    # Seconds as milliseconds, rounded up, so that no time becomes none.
    def milliseconds(name, value)
      number = value.is_a?(Numeric) && value.real?
      raise TypeError, "#{name} must be a number of seconds, not #{value.class}" unless number

      milliseconds = (value.to_r * 1000).ceil
      raise FloatDomainError unless INT64.cover?(milliseconds)

      milliseconds
    rescue FloatDomainError
      raise invalid("#{name}: #{shown(value)} is not from 1 ms to a day")
    end

    def boolean(name, value)
      return value if [true, false].include?(value)

      raise TypeError, "#{name} must be true or false, not #{value.class}"
    end

    # The number that stands for one of some symbols, which may be given as texts.
    def choice(name, value, numbers)
      raise TypeError, "#{name} must be a Symbol, not #{value.class}" unless value.is_a?(Symbol) || value.is_a?(String)

      _, number = numbers.find { |known, _| known.to_s == value.to_s }
      number or raise invalid("#{name}: #{value.inspect} is none of #{numbers.keys.join(", ")}")
    end

    # A huge number is not written out.
    def shown(value)
      value.is_a?(Integer) && value.bit_length > 64 ? "a number of #{value.bit_length} bits" : value
    end
  end
end
