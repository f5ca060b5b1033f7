# frozen_string_literal: true

# Decides when a thread sends what is due, and how it ends.

require_relative "cancellation"
require_relative "checks"

module Mpmeter
  # A thread that sends a meter's usage when it is due. What it cannot send waits in the journal, and is tried again.
  #
  # It does not survive a fork, and in the child #close does nothing: a child that is to send starts its own.
  class Sender
    # Others may add to the journal, and clocks are set: it looks again after so many seconds.
    LONGEST_WAIT = 60

    # @private Meter#start_sending makes it.
    def initialize(meter, grace:, on_error:)
      raise TypeError, "on_error must respond to call" unless on_error.nil? || on_error.respond_to?(:call)

      # Infinity is more than sleep takes.
      @grace = [Checks.seconds("grace", grace), 2**31].min
      @meter = meter
      @on_error = on_error || ->(error) { warn "mpmeter: usage could not be sent: #{error.text}" }
      @process = Process.pid
      @lock = Mutex.new
      @wake = ConditionVariable.new
      @closing = Mutex.new
      @cancellation = Cancellation.new
      start
    end

    # Ends the thread, and sends what is left, this hour's usage too, for as long as the grace. Only the first call
    # does; others wait for it, and go on where an interruption, such as Timeout, ended it.
    #
    # Raises Cancelled if the grace was over, or what Meter#send_usage raises; ThreadError in a signal handler: there,
    # let the main thread end, or close it in another thread.
    def close
      return if @process != Process.pid || Thread.current == @thread

      @closing.synchronize do
        next if @sent

        stop
        send_the_rest
      end
      nil
    end

    # Whether #close was called, or the meter closed.
    def closed?
      @stopped || !@thread.alive?
    end

    # The thread and the handle are nobody's business.
    def inspect
      "#<#{self.class}#{" (closed)" if closed?}>"
    end

    private

    def start
      @thread = Thread.new do
        Thread.current.name = "mpmeter-sender"
        Thread.current.report_on_exception = false
        pause(step) until @stopped
      rescue ClosedError
        nil # The meter has nothing more to send.
      rescue StandardError, NoMemoryError => error # The last send is made all the same.
        warn "mpmeter: the sender ended: #{error.class}: #{error.message}"
      end
    end

    def stop
      @lock.synchronize do
        @stopped = true
        @wake.signal
      end
      @cancellation.cancel
      @thread.join
    end

    def send_the_rest
      last = Cancellation.new
      timer = nil
      # Nothing comes between the thread and its name here, which is needed to end it. It inherits the mask.
      Thread.handle_interrupt(Object => :never) do
        timer = Thread.new do
          Thread.handle_interrupt(Object => :immediate) { sleep @grace }
          last.cancel
        end
      end
      @meter.send_usage(final: true, cancellation: last)
      @sent = true
    rescue Error # Its end, as an interruption is not.
      @sent = true
      raise
    ensure
      timer&.kill
    end

    def pause(seconds)
      @lock.synchronize { @wake.wait(@lock, seconds) unless @stopped }
    end

    # Sends if it is due. Returns the seconds until it is looked at again.
    def step
      due = @meter.next_due
      return [due, LONGEST_WAIT].min if due.positive?

      @meter.send_usage(cancellation: @cancellation)
      1
    rescue Error => error
      tell(error)
      1
    end

    # While another process of the pod sends, there is nothing to do.
    def tell(error)
      @on_error.call(error) unless @stopped || error.is_a?(JournalBusy)
    rescue StandardError, ScriptError => raised
      warn "mpmeter: on_error raised #{raised.class}: #{raised.message}"
    end
  end
end
