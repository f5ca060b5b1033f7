# frozen_string_literal: true

# What calls return, in the scenarios of the sandbox.

require "pathname"
require_relative "helper"

class CallsTest < Minitest::Test
  include Helper

  def test_a_registration_tells_what_it_found
    ended = in_sandbox("--region", "eu-west-3", program: ruby("registers.rb"))
    seen = ended.printed
    wanted = { "region" => "eu-west-3", "region_source" => "ecs-task-metadata", "credentials_source" => "ecs-task-role",
               "platform" => "ecs", "product_kind" => "paid", "verified" => true, "attempts" => 1 }
    assert_equal wanted, seen["first"].slice(*wanted.keys)
    assert_operator seen["issued"], :<, 600
    assert seen["frozen"]
    assert seen["same"], "calls at the same time and later ones share one registration"
    assert_equal 1, ended.services.count("metering")
    assert_equal ["MPMETER_OK", "ecs-task-role"], seen["json"].values_at("status", "credentials_source")
    assert_nil seen["verified"]["region"]
    assert_equal 0, seen["verified"]["attempts"]
    region = { "name" => "eu-west-3", "source" => "ecs-task-metadata", "platform" => "ecs", "supported" => true }
    assert_equal region, seen["region"]
  end

  def test_the_signature_is_not_shown
    seen = in_sandbox(program: ruby("registers.rb")).printed
    assert_match(/\A[\w-]+\.[\w-]+\.[\w-]+\z/, seen["first"]["signature"])
    refute_includes seen["shown"], seen["first"]["signature"]
  end

  def test_the_logger_gets_each_retry_at_its_level
    log = in_sandbox("--fault", "throttle:1", program: ruby("registers.rb")).printed["log"]
    assert_match(/INFO.*attempt 2/, log)
    refute_match(/DEBUG/, log)
    assert_match(/DEBUG.*HTTP 200/, in_sandbox(program: ruby("registers.rb", "DEBUG")).printed["log"])
  end

  def test_children_inherit_what_was_registered_before_them
    ended = in_sandbox(program: ruby("forks.rb"))
    assert_equal [0, 0, 0], ended.printed["children"]
    assert_equal 1, ended.services.count("metering")
  end

  def test_the_endpoint_follows_awss_rules
    assert_equal "https://metering.marketplace.eu-west-3.amazonaws.com", Mpmeter.endpoint("eu-west-3")
    assert_match(/fips.*\.api\.aws\z/, Mpmeter.endpoint("us-east-1", fips: true, dualstack: true))
  end

  def test_a_diagnosis_reports_its_checks_and_needs_no_key
    found = Mpmeter.diagnose
    assert_operator found.report["checks"].size, :>, 5
    assert_equal found.report, JSON.parse(found.json)
    assert_equal found.report["status"], found.status
    assert_predicate found, :frozen?
  end

  def test_a_diagnosis_of_metering_looks_at_the_journal_and_the_dimensions
    found = Mpmeter.diagnose_metering(journal: Pathname("/missing/usage"), dimensions: %w[requests a-dash])
    outcomes = found.report["checks"].to_h { |check| [check["id"], check["outcome"]] }
    assert_equal %w[fail fail skipped], outcomes.values_at("journal-place", "dimensions", "dry-run")
  end

  def test_a_client_says_nothing_of_what_it_holds
    client = Mpmeter::Client.new(unverified_key_version: 1)
    assert_equal "#<Mpmeter::Client>", client.inspect
    client.close
    assert_equal "#<Mpmeter::Client (closed)>", client.inspect
    assert_raises(TypeError) { client.dup }
  end
end
