# frozen_string_literal: true

# Decides which thread a blocking call runs on, and how it is stopped.
#
# A function that Fiddle calls without the VM's lock cannot be interrupted: Timeout, Thread#kill, Thread#raise and
# Ctrl-C would have to wait until it returns. So it runs on a Ruby thread of its own, which nothing may interrupt,
# while the caller waits for what that thread has to say. When the wait is broken, the call is cancelled and its end,
# which comes within 100 ms, awaited; then the interruption goes on.
#
# Lines of the log come on the call's thread, inside the library. There they are only put into a queue: nothing may be
# raised through the library's frames. The caller's thread hands them to the logger.

require_relative "handle"

module Mpmeter
  # @private
  class Call
    # By the library's number for it.
    LEVELS = %i[debug info warn].freeze

    # Receives one line. Fiddle takes the VM's lock for it, so whatever logs has to be in Library::WITHOUT_LOCK.
    class Receiver < Fiddle::Closure
      def call(_context, level, message)
        Thread.current[:mpmeter_events]&.push([level, Library.text(message)])
      rescue Exception # Nothing may go through the library's frames.
        nil
      end
    end

    @lock = Mutex.new

    class << self
      # The C function for it: one for the process, never freed, and made only when somebody wants a log.
      def log_function
        arguments, result = Prototypes::LOG
        @lock.synchronize { @log_function ||= Receiver.new(result, arguments) }
      end

      # Calls a function on this thread, and returns what it found: a handle, or nil for a function that finds nothing.
      # Other threads go on if it is one of Library::WITHOUT_LOCK; nothing ends it. Raises the Error of its status.
      def at_once(function, *arguments, result: nil)
        found = result && Handle.slot
        failed = Handle.slot
        begin
          code = Library.call(function, *arguments, *found, failed)
        ensure # Also where an interruption came before the answer: somebody has to free it.
          owned = found && Handle.taken(found, result)
          error = Handle.taken(failed, :error)
        end
        raise Results.error(code, error) unless code.zero?

        owned
      end

      # The same for a function that may block for long, and that interruptions end.
      def perform(function, *arguments, result: nil, cancellation: nil, logger: nil)
        call = new(logger)
        return call.run(function, arguments, result) if cancellation.nil?
        return cancellation.during(call) { call.run(function, arguments, result) } if cancellation.is_a?(Cancellation)

        raise TypeError, "cancellation must be a Mpmeter::Cancellation, not #{cancellation.class}"
      end
    end

    def initialize(logger)
      @logger = logger
      @events = Thread::Queue.new
      @cancellation = Handle.make(:cancellation)
    end

    # Makes the call return, within 100 ms.
    def cancel
      Library.call(:mpmeter_cancellation_cancel, @cancellation)
    end

    # What the function found. `arguments` are those in front of its cancellation.
    def run(function, arguments, result)
      start { answer(function, arguments, result) }
      while (event = @events.pop)
        log(*event)
      end
      @thread.join
      ended = true
      raise @failure if @failure
      raise Results.error(@code, @error) unless @code.zero?

      @found
    ensure
      stop unless ended
    end

    private

    # The new thread inherits the mask, so that it cannot be interrupted even before its first line.
    def start
      Thread.handle_interrupt(Object => :never) do
        @thread = Thread.new do
          Thread.current.name = "mpmeter"
          Thread.current[:mpmeter_events] = @events
          yield
        rescue Exception => error # It belongs to the thread that waits.
          @failure = error
        ensure
          @events.close
        end
      end
    end

    # Takes what was found even if nobody waits for it any more, so that it is freed.
    def answer(function, arguments, result)
      found = result && Handle.slot
      failed = Handle.slot
      @code = Library.call(function, *arguments, @cancellation, *found, failed)
      @found = found && Handle.taken(found, result)
      @error = Handle.taken(failed, :error)
    end

    # A further interruption waits meanwhile; but a signal handler's exception does not, and one is on its way already.
    def stop
      Thread.handle_interrupt(Object => :never) do
        cancel
        @thread&.join
      rescue Exception
        retry
      end
    end

    # What a logger raises must not end the call; nor must it go unseen.
    def log(level, line)
      @logger&.public_send(LEVELS.fetch(level, :warn), line)
    rescue StandardError => error
      warn "mpmeter: the logger raised #{error.class}: #{error.message}"
    end
  end
end
