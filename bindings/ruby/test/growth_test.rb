# frozen_string_literal: true

# Ten thousand calls of each kind leave the process as large as it was.

require_relative "helper"

class GrowthTest < Minitest::Test
  include Helper

  # What a call leaked would be 100 bytes or more; Ruby's heap itself goes up and down by some megabytes.
  KIB = 8192

  def test_ten_thousand_calls_of_each_kind_need_no_more_memory_than_two_thousand
    in_sandbox(program: ruby("many.rb")).printed.each do |kind, seen|
      assert_operator seen["after"] - seen["before"], :<, KIB, "#{kind}: #{seen}"
    end
  end
end
