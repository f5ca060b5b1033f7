# frozen_string_literal: true

# Decides what an error tells: the class that stands above those of statuses.rb.

module Mpmeter
  # Why a call failed. Each status has a class; a status newer than this gem arrives as this class.
  class Error < StandardError
    @status = "MPMETER_E_INTERNAL"
    @code = 61
    @action = :terminate
    @by_code = {}

    class << self
      # The name of the status that the class stands for, such as "MPMETER_E_THROTTLED".
      def status
        @status || superclass.status
      end

      # Its number, such as 38.
      def code
        @code || superclass.code
      end

      # What to do about it: :retry or :terminate.
      def action
        @action || superclass.action
      end

      # The class that stands for a status's number; Error itself for a number that this gem does not know.
      def of(code)
        Error.by_code.fetch(code, Error)
      end

      protected

      attr_reader :by_code

      private

      def stands_for(status, code, action)
        @status = status
        @code = code
        @action = action
        Error.by_code[code] = self
      end
    end

    # What to do about it, for the engineer on duty.
    attr_reader :fix
    # The HTTP status of the answer that caused it, or nil.
    attr_reader :http_status
    # The error type that AWS answered, such as "CustomerNotEntitledException", or nil.
    attr_reader :aws_type
    # AWS's request id, for a support case, or nil.
    attr_reader :request_id
    # The Region that was used, and where it was found; nil if the call did not get so far.
    attr_reader :region, :region_source
    # Where the credentials came from, or nil.
    attr_reader :credentials_source
    # "ecs", "fargate", "eks", "ec2" or "none"; nil if the call did not look.
    attr_reader :platform
    # How many RegisterUsage requests were tried.
    attr_reader :attempts
    # Seconds from the call to its failure.
    attr_reader :elapsed

    # `message` says what happened and where it was seen. It holds no secret, and neither does anything else here.
    def initialize(message = nil, fix: "", http_status: nil, aws_type: nil, request_id: nil, region: nil,
                   region_source: nil, credentials_source: nil, platform: nil, attempts: 0, elapsed: 0.0, text: nil)
      super(message)
      @text = text
      @fix = fix
      @http_status = http_status
      @aws_type = aws_type
      @request_id = request_id
      @region = region
      @region_source = region_source
      @credentials_source = credentials_source
      @platform = platform
      @attempts = attempts
      @elapsed = elapsed
    end

    # The status's name, such as "MPMETER_E_THROTTLED".
    def status
      self.class.status
    end

    # The status's number, such as 38.
    def code
      self.class.code
    end

    # :retry (a temporary failure lasted past the deadline: do not start the product; exit with 75 and let the platform
    # restart it, or call again) or :terminate (stop; calling again will not help until somebody changes something).
    def action
      self.class.action
    end

    # Whether the action is :retry.
    def retry?
      action == :retry
    end

    # What a program exits with: 75 to try again later, 1 to stop.
    def exit_status
      retry? ? 75 : 1
    end

    # All of it on one line, for a log that people read.
    def text
      @text || "#{status} (#{action}): #{[message, fix].reject(&:empty?).map { |text| ended(text) }.join(" Fix: ")}"
    end

    # All of it that is known, with the keys of `mpmeter register --json`, for a structured log.
    def to_h
      {
        status: status, code: code, action: action.to_s, message: message, fix: fix, http_status: http_status,
        aws_type: aws_type, request_id: request_id, region: region, region_source: region_source,
        credentials_source: credentials_source, platform: platform, attempts: attempts,
        elapsed_ms: (elapsed * 1000).round
      }.compact
    end

    # The same as JSON.
    def to_json(*state)
      to_h.to_json(*state)
    end

    # The message with its fix, where Ruby (3.2 and later) prints an exception that nobody rescued.
    def detailed_message(highlight: false, **others)
      defined?(super) ? "#{super}\nFix: #{fix}" : "#{message} (#{self.class})\nFix: #{fix}"
    end

    private

    def ended(text)
      text.end_with?(".", "!", "?", "…") ? text : "#{text}."
    end
  end
end
