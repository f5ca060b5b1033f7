# frozen_string_literal: true

# A call that nothing answers is stopped: by Timeout, by what is raised in its thread, by a signal, by the end of the
# process. No thread is left behind.

require_relative "helper"

class StoppingTest < Minitest::Test
  include Helper

  def test_timeout_ends_the_call
    assert_equal({ "error" => "Timeout::Error", "threads" => 1 }, without_timer(waits("timeout").printed))
  end

  def test_a_thread_that_is_killed_ends_its_call
    assert_equal({ "alive" => false, "threads" => 1 }, waits("kill").printed)
  end

  def test_what_is_raised_in_its_thread_ends_the_call
    assert_equal({ "error" => "KeyError", "threads" => 1 }, waits("raise").printed)
  end

  def test_a_cancellation_ends_the_calls_that_share_it_and_no_other
    seen = waits("cancellation").printed
    assert_equal ["Mpmeter::Cancelled"] * 3, seen["errors"]
    assert seen["other"]
    assert seen["cancelled"]
    assert_equal "Mpmeter::Cancelled", seen["later"]
    assert_equal 1, seen["threads"]
  end

  def test_a_signal_handler_may_cancel
    assert_equal "Mpmeter::Cancelled", waits("trap").printed["error"]
  end

  def test_ctrl_c_ends_a_call_of_the_main_thread
    assert_equal "Interrupt", waits("interrupt").printed["error"]
  end

  def test_a_second_signal_does_not_interrupt_the_end_of_a_call
    seen = waits("twice").printed
    assert_equal 1, seen["threads"]
    assert_equal 100, seen["seen"].fetch("first")
  end

  def test_exit_does_not_wait_for_the_call_of_another_thread
    assert_equal 7, waits("exit").status.exitstatus
  end

  def test_an_exception_of_the_main_thread_ends_the_program_as_ever
    ended = waits("raises")
    assert_equal 1, ended.status.exitstatus
    assert_includes ended.err, "meant to be"
  end

  def test_other_threads_go_on
    assert_equal 100_000, waits("together").printed["turns"]
  end

  def test_a_child_made_while_a_call_is_under_way_makes_its_own
    assert_equal 0, waits("fork").printed["child"]
  end

  def test_a_client_may_be_closed_under_a_call
    seen = waits("closed").printed
    assert_equal "Timeout::Error", seen["error"]
    assert_equal "Mpmeter::ClosedError", seen["later"]
    assert seen["closed"]
  end

  def test_a_program_that_holds_interrupts_back_is_not_interrupted
    seen = waits("masked").printed
    assert_equal "Timeout::Error", seen["error"]
    assert_operator seen["seconds"], :>=, 2
  end

  def test_what_a_logger_raises_is_a_warning
    ended = waits("logger")
    assert_equal "eu-west-3", ended.printed["region"]
    assert_includes ended.err, "mpmeter: the logger raised RuntimeError: meant to be"
  end

  private

  # Timeout keeps a thread of its own from Ruby 3.1 on.
  def without_timer(seen)
    seen.merge("threads" => [seen["threads"], 1].min)
  end
end
