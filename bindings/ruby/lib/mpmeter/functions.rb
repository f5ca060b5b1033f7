# frozen_string_literal: true

# Decides what a program calls without a client of its own.

require_relative "client"

module Mpmeter
  class << self
    # Registers this container with AWS Marketplace and verifies the signed response, with a Client created for
    # this one call. Each call asks AWS again. A program that calls more than once keeps a Client, which remembers.
    def register_usage(product_code, nonce: nil, cancellation: nil, **options)
      Client.open(**options) { |client| client.register_usage(product_code, nonce: nonce, cancellation: cancellation) }
    end

    # Client#verify of a client that is made for one call. public_key_version is the key's and the token's.
    def verify(token, product_code:, nonce:, **options)
      version = options.fetch(:public_key_version, 0)
      Client.open(**options) do |client|
        client.verify(token, product_code: product_code, nonce: nonce, public_key_version: version)
      end
    end

    # Finds out why a registration fails, or would fail, in the place where the program runs. Sends no registration
    # unless `register` is true. It is advice, not proof. No thread may write to ENV meanwhile. Returns a Diagnosis.
    def diagnose(product_code = nil, register: false, cancellation: nil, **options)
      prepared = Options.new(**options)
      code = product_code.nil? ? nil : Checks.text("product_code", product_code)
      arguments = [*codes(code), Checks.boolean("register", register) ? 1 : 0]
      found = Call.perform(:mpmeter_diagnose, prepared.handle, *arguments,
                           result: :diagnosis, cancellation: cancellation, logger: prepared.logger)
      Results.diagnosis(found)
    end

    # Finds out why metering fails, or would fail, in the place where the program runs: Region, role (by a dry run,
    # which meters nothing), the journal's place and content, names of dimensions, usage held, other senders. Makes no
    # journal and changes none; needs no key. Without a product code AWS is not asked. Returns a Diagnosis.
    #
    # journal::     its path, a String or Pathname; it need not be there yet
    # dimensions::  names of dimensions; the first is that of the dry run
    def diagnose_metering(product_code = nil, journal: nil, dimensions: [], cancellation: nil, **options)
      prepared = Options.new(**options)
      code = product_code.nil? ? nil : Checks.text("product_code", product_code)
      path = journal.nil? ? nil : Checks.path("journal", journal)
      raise Checks.invalid("dimensions is not an Array") unless dimensions.is_a?(Array)

      names = dimensions.map { |name| Checks.text("dimensions", name) }
      arguments = [code, path, names.empty? ? nil : Handle.array(names), names.size, 0]
      found = Call.perform(:mpmeter_diagnose_metering, prepared.handle, *arguments,
                           result: :diagnosis, cancellation: cancellation, logger: prepared.logger)
      Results.diagnosis(found)
    end

    # The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service. Raises
    # InvalidArgument for what is not the name of a Region, and for a kind that its partition does not have.
    def endpoint(region, fips: false, dualstack: false)
      kinds = (Checks.boolean("fips", fips) ? 1 : 0) | (Checks.boolean("dualstack", dualstack) ? 2 : 0)
      url = Handle.slot
      code = Library.call(:mpmeter_endpoint, Checks.text("region", region), kinds, url)
      raise Results.error(code, nil) unless code.zero?

      Library.text(Handle.taken(url, :string))
    end

    # The version of the library that is loaded, such as "0.1.0". Raises LibraryNotFound.
    def version
      Library.text(Library.call(:mpmeter_version))
    end

    private

    # An array of one text for C, and its length.
    def codes(text)
      return [nil, 0] if text.nil?

      [Handle.array([text]), 1]
    end
  end
end
