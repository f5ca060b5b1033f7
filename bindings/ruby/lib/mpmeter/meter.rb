# frozen_string_literal: true

# Decides how a program meters usage: Meter adds and sends, and Sender is a thread that sends.

require "json"
require_relative "client"
require_relative "sender"

module Mpmeter
  # The usage of one product in this task or pod: what the program adds goes into a journal, which is a file, and from
  # there to AWS by MeterUsage, once an hour. Any number of threads may use a meter, and so may a child made by fork;
  # other processes of the pod may open the same journal. docs/metering.md says what is promised.
  class Meter
    include Closing

    # Makes a meter, hands it to the block, and closes it. Returns what the block returns; the meter without a block.
    def self.open(product_code, journal, **options)
      meter = new(product_code, journal, **options)
      return meter unless block_given?

      begin
        yield meter
      ensure
        meter.close
      end
    end

    # product_code:: 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@]; a journal belongs to one product
    # journal::      the path of the journal, a String or Pathname, on a volume of the task or pod that outlives the
    #                container; it is made if there is none
    # client::       whose options count. Without one, a client is made of the other options, which are Client.new's; it
    #                needs no public key, because MeterUsage's answers are not signed
    # whole_units::  bills whole units only, and carries the rest to the next hour
    # hold_late::    holds usage that could not be sent within six hours, instead of billing it in the current hour
    #
    # Nothing is sent. Raises JournalDamaged for a file that is empty, cut, damaged or no journal: it is never begun
    # anew; JournalError, JournalBusy, InvalidArgument, UntrustedProduct, PlatformNotSupported.
    def initialize(product_code, journal, client: nil, whole_units: false, hold_late: false, **options)
      raise ArgumentError, "the options are the client's: #{options.keys.join(", ")}" if client && !options.empty?

      handle, @logger = (client || Client.new(unverified_key_version: 1, **options)).opened
      flags = (Checks.boolean("whole_units", whole_units) ? 1 : 0) | (Checks.boolean("hold_late", hold_late) ? 2 : 0)
      arguments = [Checks.text("product_code", product_code), Checks.path("journal", journal), flags]
      @handle = Call.at_once(:mpmeter_meter_open, handle, *arguments, result: :meter)
    end

    # Asks AWS whether this container may meter, by a dry run, and meters nothing. Call it at the start, and go on only
    # if it returns. Timeout and whatever is raised in the thread end it within 100 ms.
    #
    # dimension::    one of the listing's; nil for one that was added before, or a placeholder, which AWS may not know
    # cancellation:: stops the call from another thread, or from a signal handler
    #
    # Raises an Error, whose #action says what to do.
    def check(dimension = nil, cancellation: nil)
      name = dimension.nil? ? nil : Checks.text("dimension", dimension)
      perform(:mpmeter_meter_check, name, cancellation: cancellation)
    end

    # Adds usage. When it returns, the usage is on the disk, and neither a crash nor a power failure takes it away; when
    # it raises an Error, nothing was added. Other threads go on meanwhile. It takes as long as the disk, and 30 seconds
    # at most while others write to the journal; Timeout does not end it, so that it is known what was added.
    #
    # dimension:: 1 to 255 bytes; a listing allows 15 letters, digits and underscores
    # quantity::  from 0 to 9999999999.999999 with at most six places: an Integer, a BigDecimal or a String such as
    #             "0.25"; never a Float, because 0.1 is not a tenth
    # tags::      at most 5, {String => String}, which become AWS's usage allocations
    #
    # Raises InvalidArgument, JournalError (such as a full disk), JournalDamaged, JournalBusy.
    def add(dimension, quantity, tags: {})
      raise TypeError, "tags must be a Hash, not #{tags.class}" unless tags.is_a?(Hash)

      name = Checks.text("dimension", dimension)
      amount = Checks.quantity(quantity)
      keys = tags.keys.map { |key| Checks.text("a tag's key", key) }
      values = tags.values.map { |value| Checks.text("a tag's value", value) }
      arrays = [Handle.array(keys), Handle.array(values)]
      Call.at_once(:mpmeter_meter_add, handle, name, amount, *arrays, tags.size)
    end

    # Sends the usage of every hour that is over, and what an earlier send could not settle, with retries until the
    # client's deadline. Ended as #check is.
    #
    # final:: sends this hour's usage too: the program ends. What is added later belongs to the next hour
    #
    # Raises UsageHeld if usage became held, see #report; JournalBusy if another thread or process sends; or another
    # Error: then what is left waits in the journal.
    def send_usage(final: false, cancellation: nil)
      perform(:mpmeter_meter_send, Checks.boolean("final", final) ? 1 : 0, cancellation: cancellation)
    end

    # Seconds until the next send is due, 0.0 if it is: in this journal's own minute of the hour. At most two hours.
    def next_due
      milliseconds = Handle.slot
      Call.at_once(:mpmeter_meter_next_due, handle, milliseconds)
      milliseconds[0, Fiddle::SIZEOF_LONG_LONG].unpack1("q") / 1000.0
    end

    # The books, a Hash with the keys of `mpmeter meter status --json`: "pending", "held" (with "why") and "sent" (with
    # "record_id"), and "totals" by dimension. Quantities are texts.
    def report
      JSON.parse(Library.text(Call.at_once(:mpmeter_meter_report, handle, result: :string)))
    end

    # Starts a thread that sends what is due. Returns a Sender, whose #close sends the rest. With a block, the Sender is
    # handed to it, and closed at its end, also when SIGTERM or an exception ends it; what the block returns is
    # returned.
    #
    # grace::    how many seconds the last send may take, less than the container's grace period
    # on_error:: is called with each Error that could not be helped, on the sender's thread. The default warns
    def start_sending(grace: 25, on_error: nil)
      handle
      sender = Sender.new(self, grace: grace, on_error: on_error)
      return sender unless block_given?

      begin
        yield sender
      ensure
        sender.close
      end
    end

    private

    def noun
      "meter"
    end

    def perform(function, *arguments, cancellation:)
      Call.perform(function, handle, *arguments, cancellation: cancellation, logger: @logger)
      nil
    end
  end

  class << self
    # The books of the journal at that path, which is not made if there is none: Meter#report for a tool that looks from
    # outside.
    def journal_report(journal)
      JSON.parse(Library.text(Call.at_once(:mpmeter_journal_report, Checks.path("journal", journal), result: :string)))
    end

    # Sends one record, for a program that keeps its own books. Returns AWS's MeteringRecordId, which is not signed; nil
    # after a dry run. After an Error that leaves the outcome open, such as DeadlineExceeded, call it again with the
    # same arguments, `at` and `client_token` among them.
    #
    # quantity::     as for Meter#add
    # client::       as for Meter.new
    # at::           a Time, at most six hours ago; nil for now
    # client_token:: 1 to 64 visible characters; nil for a fresh one
    # dry_run::      asks whether the container may meter, and meters nothing
    #
    # Raises UsageDuplicate if another quantity stands there for this pod, dimension and hour; or another Error.
    def meter_usage(product_code, dimension, quantity, client: nil, at: nil, client_token: nil, dry_run: false,
                    cancellation: nil, **options)
      raise ArgumentError, "the options are the client's: #{options.keys.join(", ")}" if client && !options.empty?

      handle, logger = (client || Client.new(unverified_key_version: 1, **options)).opened
      arguments = [Checks.text("product_code", product_code), Checks.text("dimension", dimension),
                   Checks.quantity(quantity), at.nil? ? 0 : Checks.moment("at", at),
                   client_token.nil? ? nil : Checks.text("client_token", client_token),
                   Checks.boolean("dry_run", dry_run) ? 1 : 0]
      id = Call.perform(:mpmeter_meter_usage, handle, *arguments,
                        result: :string, cancellation: cancellation, logger: logger)
      id && Library.text(id)
    end
  end
end
