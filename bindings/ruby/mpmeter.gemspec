# frozen_string_literal: true

require_relative "lib/mpmeter/version"

Gem::Specification.new do |spec|
  spec.name = "mpmeter"
  spec.version = Mpmeter::VERSION
  spec.summary = "Registers a paid container with AWS Marketplace (RegisterUsage); meters usage (MeterUsage)"
  spec.description = "A Fiddle binding to libmpmeter, with the library inside. It finds the Region and the role of " \
                     "the task or pod, calls RegisterUsage with retries, and verifies the signed response with the " \
                     "product's key. It also keeps usage in a journal and bills it once with MeterUsage."
  spec.authors = ["The libmpmeter authors"]
  spec.license = "Apache-2.0"
  spec.homepage = "https://github.com/libmpmeter/libmpmeter"
  # With the library inside it is a gem of one platform; without, it finds the system's.
  spec.platform = ENV.fetch("MPMETER_GEM_PLATFORM", Gem::Platform::RUBY)
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["lib/**/*.{rb,so.1}", "sig/*.rbs", "licenses/*", "sboms/*", "README.md", "LICENSE", "NOTICE",
                   base: __dir__]
  # Fiddle comes with Ruby, from 3.5 on as a bundled gem, which Bundler wants to be named.
  spec.add_dependency "fiddle", "~> 1.0"
  spec.metadata = { "rubygems_mfa_required" => "true" }
end
