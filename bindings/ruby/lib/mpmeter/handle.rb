# frozen_string_literal: true

# Decides who frees what the library hands out: the garbage collector, so that nothing is freed while a call uses it.

require_relative "library"
require_relative "statuses"

module Mpmeter
  # @private
  module Handle
    class << self
      # A place for a pointer that the library writes; it holds NULL.
      def slot
        place = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
        place[0, Fiddle::SIZEOF_VOIDP] = "\0" * Fiddle::SIZEOF_VOIDP
        place
      end

      # An array of pointers for C, which must be kept as long as it; nil for none.
      def array(pointers)
        return nil if pointers.empty?

        place = Fiddle::Pointer.malloc(pointers.size * Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
        place[0, pointers.size * Fiddle::SIZEOF_VOIDP] = pointers.map(&:to_i).pack("J*")
        place
      end

      # What the library wrote there, to be freed by mpmeter_KIND_free(); nil if it wrote nothing.
      def taken(slot, kind)
        pointer = slot.ptr
        pointer.null? ? nil : Fiddle::Pointer.new(pointer.to_i, 0, Library.address(:"mpmeter_#{kind}_free"))
      end

      # What mpmeter_KIND_new(*arguments, …) makes. Raises the Error of its status.
      def make(kind, *arguments, with_error: false)
        made = slot
        failed = slot
        code = Library.call(:"mpmeter_#{kind}_new", *arguments, made, *(with_error ? [failed] : []))
        raise Results.error(code, taken(failed, :error)) unless code.zero?

        taken(made, kind)
      end
    end
  end
end
