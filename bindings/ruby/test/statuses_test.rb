# frozen_string_literal: true

# The table of classes is the library's table of statuses; the signatures name the methods that there are.

require_relative "helper"
require "rbs"

class StatusesTest < Minitest::Test
  include Helper

  # The library's own table: number, name, action.
  def library
    Array.new(Mpmeter::Library.call(:mpmeter_status_count)) do |index|
      code = Mpmeter::Library.call(:mpmeter_status_at, index)
      action = Mpmeter::Library.call(:mpmeter_action_name, Mpmeter::Library.call(:mpmeter_status_action, code))
      [code, Mpmeter::Library.text(Mpmeter::Library.call(:mpmeter_status_name, code)), Mpmeter::Library.text(action)]
    end
  end

  def test_each_status_but_ok_has_its_class
    mine = library.drop(1).map { |code, *| Mpmeter::Error.of(code) }
    refute_includes mine, Mpmeter::Error
    assert_equal mine.uniq, mine
    assert_equal library.drop(1), mine.map { |kind| [kind.code, kind.status, kind.action.to_s] }
  end

  def test_a_status_that_is_newer_than_the_gem_arrives_as_error
    error = Mpmeter::Results.error(99, nil)
    assert_equal Mpmeter::Error, error.class
    assert_equal :terminate, error.action
  end

  def test_a_class_of_the_programs_own_has_its_parents_status
    kind = Class.new(Mpmeter::Throttled)
    assert_equal ["MPMETER_E_THROTTLED", true, 75], [kind.new.status, kind.new.retry?, kind.new.exit_status]
  end

  def test_an_error_has_the_keys_of_the_command_line
    error = Mpmeter::Throttled.new("Rate exceeded.", fix: "Wait.", attempts: 3, elapsed: 1.5)
    known = { status: "MPMETER_E_THROTTLED", code: 38, action: "retry", message: "Rate exceeded.", fix: "Wait.",
              attempts: 3, elapsed_ms: 1500 }
    assert_equal known, error.to_h
    assert_equal JSON.generate(known), JSON.generate(error)
    assert_equal "MPMETER_E_THROTTLED (retry): Rate exceeded. Fix: Wait.", error.text
    assert_includes error.detailed_message, "Fix: Wait."
  end

  def test_the_librarys_own_errors_have_its_own_line_of_text
    client = Mpmeter::Client.new(unverified_key_version: 1)
    error = assert_raises(Mpmeter::InvalidArgument) { client.register_usage("not a code") }
    assert_match(/\AMPMETER_E_INVALID_ARGUMENT \(terminate\): .* Fix: .* \[.*platform=.*\]\z/, error.text)
  end

  def test_the_gem_has_the_librarys_version
    assert_equal Mpmeter::VERSION, Mpmeter.version
    assert_equal Mpmeter::VERSION, File.read(File.join(SOURCE, "VERSION")).strip
  end

  SIGNED = [Mpmeter::Client, Mpmeter::Meter, Mpmeter::Sender, Mpmeter::Cancellation, Mpmeter::Error,
            Mpmeter::Registration, Mpmeter::Region].freeze
  NOT_SIGNED = %i[inspect to_s initialize_copy detailed_message during opened].freeze

  def test_every_public_method_has_a_signature_and_every_signature_a_method
    SIGNED.each do |kind|
      ours = [kind, *kind.included_modules.select { |one| one.name&.start_with?("Mpmeter::") }]
      mine = ours.flat_map { |one| one.public_instance_methods(false) } - NOT_SIGNED
      mine.reject! { |name| name.end_with?("=") }
      assert_equal mine.sort, (declared(kind) - %i[initialize]).sort, kind.name
    end
  end

  private

  # The methods that mpmeter.rbs itself declares of a class.
  def declared(kind)
    found = signatures.build_instance(RBS::TypeName.new(name: kind.name.delete_prefix("Mpmeter::").to_sym,
                                                        namespace: RBS::Namespace.parse("::Mpmeter")))
    found.methods.select { |_, method| method.implemented_in.to_s == "::#{kind.name}" }.keys
  end

  def signatures
    loader = RBS::EnvironmentLoader.new
    loader.add(path: Pathname(SOURCE) / "bindings/ruby/sig")
    RBS::DefinitionBuilder.new(env: RBS::Environment.from_loader(loader).resolve_type_names)
  end
end
