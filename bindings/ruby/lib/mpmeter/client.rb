# frozen_string_literal: true

# Decides what a program calls on a client that it keeps.

require_relative "call"
require_relative "checks"
require_relative "closing"
require_relative "options"
require_relative "results"

module Mpmeter
  # A call on a client that was closed.
  class ClosedError < IOError
  end

  # Everything a program needs to register. Make one and keep it; any number of threads may use it, and so may a child
  # made by fork.
  class Client
    include Closing

    # Makes a client, hands it to the block, and closes it. Returns what the block returns.
    def self.open(**options)
      client = new(**options)
      yield client
    ensure
      client&.close
    end

    # public_key::             the product's public key as AWS Marketplace issued it: a PEM, the base64 of one, or one
    #                          in which line ends are written as \n
    # public_key_version::     its PublicKeyVersion, 1 or more. The default is 1
    # public_keys::            several keys in place of one, {version => PEM}, to be ready for a rotation: the first is
    #                          used first, and the next one after an InvalidPublicKeyVersionException
    # trusted_products::       {product code => :paid or :free}. Without it the code that is registered is taken to be
    #                          compiled into the program; with it, any other code raises UntrustedProduct. Use it
    #                          whenever a buyer could change the code (Helm, CloudFormation, environment)
    # accept_free_products::   lets codes that are trusted as :free register too
    # deadline::               how long one register_usage may take in all, retries included: seconds, from 1 ms to a
    #                          day. The default is 30 minutes, as AWS recommends
    # region_policy::          in a Region that AWS does not list, :ask raises RegionUnsupported once AWS says so or is
    #                          not there; :enforce raises it before any call; :attempt calls as in any other Region
    # minimum_key_bits::       accepts RSA keys from this many bits on, 1024 to 16384. The default is 2048
    # app_id::                 names the product, and its version if you like, in the User-Agent of every request to
    #                          AWS, which CloudTrail shows: 1 to 50 letters, digits and !#$%&'*+,-.^_`|~.
    #                          AWS_SDK_UA_APP_ID is not read
    # unverified_key_version:: goes without the proof, asking AWS for this key version: any server in AWS's place could
    #                          then have answered. Only without a public key
    # logger::                 receives the library's log: a Logger, or anything with debug, info and warn
    #
    # The environment is read here, once. No file is opened, and nothing is sent.
    #
    # Raises TypeError and InvalidArgument for an option outside what is accepted; PublicKeyError if a key cannot be
    # used, or there is none and unverified_key_version is not given; LibraryNotFound.
    def initialize(**options)
      options = Options.new(**options)
      @handle = Handle.make(:client, options.handle, with_error: true)
      @logger = options.logger
    end

    # Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, verifies the
    # signed response. Returns a Registration.
    #
    # Blocks for as long as that takes; other threads go on. Timeout, Thread#kill, Thread#raise and whatever a signal
    # handler raises end it within 100 ms. Calls for one product at the same time are one request; once accepted, the
    # registration is remembered, and later calls return at once, in a child made by fork too.
    #
    # product_code:: 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@]
    # nonce::        nil for a fresh random one, which is what proves that the answer is fresh. Or 1 to 255 bytes of
    #                text, for a caller that wants to hand the proof to somebody else
    # cancellation:: stops the call from another thread, or from a signal handler
    #
    # Raises an Error, whose #action says what to do.
    def register_usage(product_code, nonce: nil, cancellation: nil)
      arguments = [Checks.text("product_code", product_code), nonce.nil? ? nil : Checks.text("nonce", nonce)]
      found = perform(:mpmeter_register_usage, *arguments, result: :registration, cancellation: cancellation)
      Results.registration(found)
    end

    # Verifies a token that RegisterUsage answered earlier (Registration#signature), offline. Returns a Registration
    # without Region, sources, platform and request id.
    #
    # token::              the JWT in compact form, at most 16384 bytes; white space around it is not accepted
    # product_code::       what its productCode must equal. The trusted list does not count here
    # nonce::              what its nonce must equal
    # public_key_version:: what its publicKeyVersion must equal; 0 for any version whose key was given
    #
    # Raises TokenMalformed, TokenAlgorithmError, TokenSignatureError or TokenClaimsError if it proves nothing;
    # PublicKeyError if there is no key of that version; InvalidArgument.
    def verify(token, product_code:, nonce:, public_key_version: 0)
      found = Handle.slot
      failed = Handle.slot
      arguments = [Checks.text("token", token), Checks.text("product_code", product_code),
                   Checks.integer("public_key_version", public_key_version), Checks.text("nonce", nonce)]
      code = Library.call(:mpmeter_verify, handle, *arguments, found, failed)
      raise Results.error(code, Handle.taken(failed, :error)) unless code.zero?

      Results.registration(Handle.taken(found, :registration))
    end

    # Finds the Region that the program runs in, without registering. Never a default. Takes a few seconds at most.
    # Returns a Region. Raises RegionNotFound, DeadlineExceeded, Cancelled.
    def find_region(cancellation: nil)
      Results.region(perform(:mpmeter_region_find, result: :region, cancellation: cancellation))
    end

    # @private The handle, and who receives the log: for a meter. Whoever holds the handle keeps it alive.
    def opened
      [handle, @logger]
    end

    private

    def noun
      "client"
    end

    def perform(function, *arguments, result:, cancellation:)
      Call.perform(function, handle, *arguments, result: result, cancellation: cancellation, logger: @logger)
    end
  end
end
