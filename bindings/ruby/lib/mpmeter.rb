# frozen_string_literal: true

# Registers a paid container with AWS Marketplace (RegisterUsage) and verifies the response; meters usage (MeterUsage).
module Mpmeter
end

require_relative "mpmeter/version"
require_relative "mpmeter/error"
require_relative "mpmeter/statuses"
require_relative "mpmeter/library"
require_relative "mpmeter/cancellation"
require_relative "mpmeter/results"
require_relative "mpmeter/client"
require_relative "mpmeter/functions"
require_relative "mpmeter/meter"
