# frozen_string_literal: true

# Ten thousand calls of each kind leave the process as large as it was.

require_relative "helper"

class GrowthTest < Minitest::Test
  include Helper

  def test_ten_thousand_calls_of_each_kind_leave_nothing_behind
    in_sandbox(program: ruby("many.rb")).printed.each do |kind, rounds|
      # Ruby's heap goes up and down. What every call leaves makes each round of 2,000 larger.
      growth = rounds.each_cons(2).map { |before, after| after - before }.min
      assert_operator growth, :<, 2_000 * 256 / 1024, "#{kind}: #{rounds} KiB"
    end
  end
end
