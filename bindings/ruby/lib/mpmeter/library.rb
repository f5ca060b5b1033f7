# frozen_string_literal: true

# Decides which libmpmeter is loaded, when, and how its functions are called.
#
# The library is looked for when it is first needed, not when the gem is required: the copy inside this gem (a built gem
# has one), else the file that MPMETER_LIBRARY names (for development), else the system's libmpmeter.so.1. A variable
# never takes the place of the copy inside: the environment is the buyer's, and whoever chooses the library chooses the
# answer.

require "fiddle"
require_relative "prototypes"
require_relative "version"

module Mpmeter
  # libmpmeter cannot be loaded, or is of a version that this gem does not fit. The message names each place that was
  # tried.
  class LibraryNotFound < LoadError
  end

  # @private
  module Library
    SONAME = "libmpmeter.so.1"
    ENVIRONMENT = "MPMETER_LIBRARY"
    # Before 1.0 a minor version may change the interface, so it has to be the same.
    COMPATIBLE = VERSION.split(".").first(2).map { |part| Integer(part, 10) }.freeze
    # These may take long, so other threads go on meanwhile. The others keep the VM's lock: they take microseconds,
    # and mpmeter_client_new() reads the environment, which no other thread may be changing just then.
    WITHOUT_LOCK = %i[mpmeter_register_usage mpmeter_region_find mpmeter_diagnose mpmeter_diagnose_metering
                      mpmeter_meter_open mpmeter_meter_check mpmeter_meter_add mpmeter_meter_send
                      mpmeter_meter_next_due mpmeter_meter_report mpmeter_journal_report
                      mpmeter_meter_usage].freeze

    @functions = {}

    class << self
      # Calls a function by its name.
      def call(name, *arguments)
        (@functions[name] || bind(name)).call(*arguments)
      end

      # The address of a function, for whoever frees by it.
      def address(name)
        handle[name.to_s]
      end

      # What a text of the library's says; nil for NULL.
      def text(pointer)
        return nil if pointer.null?

        pointer.to_s.force_encoding(Encoding::UTF_8).scrub
      end

      private

      # Two threads that come first load the same file and bind the same function: no lock is needed, and none can be
      # held across a fork.
      def bind(name)
        arguments, result = Prototypes::FUNCTIONS.fetch(name)
        function = Fiddle::Function.new(address(name), arguments, result, need_gvl: !WITHOUT_LOCK.include?(name))
        @functions = @functions.merge(name => function).freeze
        function
      end

      def handle
        @handle ||= search
      end

      def search
        tried = candidates.map do |place|
          return fitting(place)
        rescue Fiddle::DLError, LibraryNotFound => error
          "#{place}: #{error.message}"
        end
        raise LibraryNotFound, "libmpmeter cannot be loaded. Tried: #{tried.join("; ")}. Install a gem of mpmeter " \
                               "that was built for this platform (#{RUBY_PLATFORM}), or libmpmeter itself, or name " \
                               "its file in #{ENVIRONMENT}."
      end

      def candidates
        own = File.join(__dir__, SONAME)
        named = ENV.fetch(ENVIRONMENT, "")
        return [named] unless named.empty? || File.exist?(own)

        [own, SONAME]
      end

      # The library in that place. Raises Fiddle::DLError, LibraryNotFound.
      def fitting(place)
        found = Fiddle::Handle.new(place, Fiddle::RTLD_NOW)
        number = Fiddle::Function.new(found["mpmeter_version_number"], [], -Fiddle::TYPE_INT).call
        version = [number >> 16, number >> 8 & 0xff]
        return found if version == COMPATIBLE

        raise LibraryNotFound, "it is version #{version.join(".")}, and this gem needs #{COMPATIBLE.join(".")}"
      end
    end
  end
end
