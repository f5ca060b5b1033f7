# frozen_string_literal: true

# Decides how one thread stops calls of others.

require_relative "call"

module Mpmeter
  # Stops calls from another thread, or from a signal handler. Any number of calls may share one. This cannot be
  # undone: after #cancel, every new call that uses it raises Cancelled at once.
  #
  #   stop = Mpmeter::Cancellation.new
  #   trap("TERM") { stop.cancel }
  #   client.register_usage("product-code", cancellation: stop)
  class Cancellation
    def initialize
      @cancelled = false
      @calls = []
    end

    # Whether #cancel was called.
    def cancelled?
      @cancelled
    end

    # Makes every call that was given it raise Cancelled, within 100 ms. Without a lock, which a signal handler could
    # not take: #during adds first and looks at the flag afterwards.
    def cancel
      @cancelled = true
      @calls.dup.each(&:cancel)
      nil
    end

    # @private From now on, and for as long as the block runs, #cancel stops that call too.
    def during(call)
      @calls.push(call)
      call.cancel if @cancelled
      yield
    ensure
      @calls.delete(call)
    end
  end
end
