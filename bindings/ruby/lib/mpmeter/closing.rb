# frozen_string_literal: true

# Decides how a client or a meter is closed, and what a closed one answers.

module Mpmeter
  # What Client and Meter have in common: a handle of the library's, which lives as long as somebody holds it, and a
  # noun for messages.
  module Closing
    # Frees what it holds; calls under way go on to their end. What was added to a meter stays in its journal. An object
    # that is dropped is closed too.
    def close
      @handle = nil
    end

    # Whether #close was called.
    def closed?
      @handle.nil?
    end

    # The handle is an address of the library's, which nobody needs to see.
    def inspect
      "#<#{self.class}#{" (closed)" if closed?}>"
    end

    # Copies would share a handle, of which each could be closed.
    def initialize_copy(_other)
      raise TypeError, "a #{noun} cannot be copied"
    end

    private

    def handle
      @handle or raise ClosedError, "the #{noun} is closed"
    end
  end
end
