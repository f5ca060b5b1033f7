# frozen_string_literal: true

module Mpmeter
  # The version of this gem, and of the library inside.
  VERSION = "0.1.0"
end
