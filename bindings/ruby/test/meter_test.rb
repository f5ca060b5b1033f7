# frozen_string_literal: true

# Usage is added by threads and children, sent by a thread or by hand, and billed once; what cannot be metered is
# refused.

require_relative "helper"

class MeterTest < Minitest::Test
  include Helper

  INVALID = "Mpmeter::InvalidArgument"

  def test_threads_add_and_the_end_of_the_block_bills_all
    seen = meters("all")
    assert_equal({ "requests" => "20", "bytes" => "9007199254" }, seen["billed"])
    assert_empty seen["books"]["pending"]
    assert(seen["books"]["sent"].all? { |sent| sent["record_id"] && sent["hour"].end_with?(":00:00Z") })
    assert_equal "20", seen["outside"]["totals"]["requests"]["sent"]
    assert_includes 0.001..7200, seen["due"]
  end

  def test_an_hour_that_is_over_is_sent_by_the_thread_and_not_before
    assert_equal({ "early" => {}, "billed" => { "requests" => "3" }, "closed" => true, "threads" => 1 }, meters("due"))
  end

  def test_whole_units_are_billed_and_the_meter_outlives_its_client
    assert_equal({ "billed" => { "requests" => "2" }, "pending" => "0.75" }, meters("whole"))
  end

  def test_a_single_record_its_repetition_and_another_quantity
    assert_equal({ "dry" => nil, "same" => true, "text" => true, "other" => "Mpmeter::UsageDuplicate",
                   "epoch" => "Mpmeter::UsageTimestamp" }, meters("single"))
  end

  def test_children_made_by_fork_add_and_the_parent_sends
    assert_equal({ "codes" => [0, 0, 0, 0], "billed" => { "requests" => "41" } }, meters("fork"))
  end

  def test_a_meter_whose_making_is_interrupted_is_closed
    seen = meters("interrupted")
    assert_operator seen["raised"], :>, 0
    assert_equal seen["before"], seen["after"]
  end

  def test_the_last_send_goes_on_where_an_interruption_ended_it
    assert_equal({ "lost" => 0, "threads" => 1 }, meters("closing"))
  end

  def test_the_last_send_is_made_though_the_thread_died
    assert_equal({ "finals" => [1, 1] }, meters("died"))
  end

  def test_other_threads_go_on_while_an_add_waits
    assert_equal({ "turns" => 100_000, "waiting" => true, "added" => "2" }, meters("together"))
  end

  def test_what_is_refused_changes_nothing
    seen = meters("refused")
    assert_equal [INVALID], seen["values"].uniq
    assert_equal [INVALID], seen["places"].uniq
    assert_equal ["TypeError"], seen["types"].uniq
    assert_equal ["TypeError"], seen["wrong"].uniq
    assert_equal INVALID, seen["past"]
    assert_equal "returned", seen["zero"]
    assert_equal ["big"], seen["totals"]
  end

  def test_journals_and_options_that_are_refused
    closed = "Mpmeter::ClosedError"
    expected = {
      "empty" => "Mpmeter::JournalDamaged", "text" => "Mpmeter::JournalDamaged", "missing" => "Mpmeter::JournalError",
      "report" => "Mpmeter::JournalError", "other" => INVALID, "long" => INVALID, "number" => "TypeError",
      "nul" => INVALID, "option" => "ArgumentError", "both" => "ArgumentError", "closed_client" => closed,
      "token" => INVALID, "at" => "TypeError", "grace" => INVALID, "on_error" => "TypeError", "closed" => [closed] * 5,
      "add" => closed, "sender" => closed, "copy" => "TypeError"
    }
    assert_equal expected, meters("journals")
  end

  def test_timeout_a_cancellation_and_the_grace_end_a_call_and_the_usage_waits
    seen = meters("stopped", "--fault", "hang@metering")
    assert_equal({ "check" => "Timeout::Error", "send" => "Timeout::Error", "cancellation" => "Mpmeter::Cancelled",
                   "grace" => "Mpmeter::Cancelled", "pending" => 1 }, seen)
  end

  def test_what_cannot_be_sent_waits_in_the_journal
    assert_equal({ "last" => "Mpmeter::DeadlineExceeded", "pending" => 1 }, meters("fails"))
  end

  def test_the_readmes_program_bills_what_it_served_and_sigterm_sends_the_last_hour
    program = File.read(File.join(SOURCE, "examples/ruby/meter.rb"))
    readme = File.read(File.join(SOURCE, "bindings/ruby/README.md"))
    assert_equal program, readme[/<!-- examples\/ruby\/meter\.rb -->\n```ruby\n(.*?)```/m, 1]
    Dir.mktmpdir do |folder|
      File.write(File.join(folder, "meter.rb"), program.sub("/var/lib/product", folder))
      script = <<~SH
        mkfifo in out
        #{RbConfig.ruby} meter.rb < in > out & pid=$!
        exec 3> in 4< out
        echo >&3; read answer <&4; echo "$answer"
        kill -TERM $pid; wait $pid; echo "status $?"
        "$MPMETER_SANDBOX" ledger | tr -s ' '
      SH
      ended = in_sandbox("--product", "4w1vgsrkqdkypbz43g7qkk4uz=entitled", scenario: "eks-irsa", chdir: folder,
                                                                         program: ["sh", "-c", script])
      assert_match(/\Adone\nstatus 0\n/, ended.out, ended.err)
      assert_match(/^total \S+ requests 1$/, ended.out)
      assert_match(/^total \S+ gigabytes 0\.25$/, ended.out)
    end
  end

  private

  def meters(name, *sandbox)
    in_sandbox(*sandbox, scenario: "eks-irsa", program: ruby("meters.rb", name)).printed
  end
end
