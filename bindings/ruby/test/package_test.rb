# frozen_string_literal: true

# The gem as its users get it: what is inside, and the README's program in an empty project.

require_relative "helper"
require "fileutils"
require "rubygems/package"

class PackageTest < Minitest::Test
  include Helper

  CODE = "4w1vgsrkqdkypbz43g7qkk4uz"

  def test_the_readmes_program_is_the_example
    readme = File.read(File.join(SOURCE, "bindings/ruby/README.md"))
    program = readme[/<!-- examples\/ruby\/register\.rb -->\n```ruby\n(.*?)```/m, 1]
    assert_equal File.read(File.join(SOURCE, "examples/ruby/register.rb")), program
  end

  def test_the_example_registers_and_is_refused
    assert_match(/registered in eu-west-3: the product begins here/, example("#{CODE}=entitled").tap do |ended|
      assert_predicate ended.status, :success?, ended.err
    end.out)
    refused = example("#{CODE}=not-entitled")
    assert_equal 1, refused.status.exitstatus, refused.err
    assert_match(/FATAL.*MPMETER_E_CUSTOMER_NOT_ENTITLED/, refused.err)
  end

  def test_the_readmes_commands_without_aws_run_its_program_and_each_of_its_blocks
    readme = File.read(File.join(SOURCE, "bindings/ruby/README.md"))
    section = readme.partition("\n## Test it without AWS\n").last
    commands = section[/\n\n((?: {4}.*\n)* {4}openssl .*\n(?: {4}.*\n)*)/, 1]
    program = File.read(File.join(SOURCE, "examples/ruby/register.rb"))
    blocks = readme.scan(/(?<!-->\n)```ruby\n(.*?)```/m).flatten
    assert_operator blocks.size, :>=, 5
    assert_match(/registered in eu-west-3: the product begins here/, pasted(commands, program))
    blocks.each { |block| pasted(commands, block) }
  end

  def test_the_gem_is_of_one_platform_and_holds_library_signatures_licences_and_bill
    spec = Gem::Package.new(ENV.fetch("MPMETER_GEM")).spec
    assert_equal "x86_64-linux", spec.platform.to_s
    assert_equal "fiddle", spec.dependencies.map(&:name).join(" ")
    ["lib/mpmeter/libmpmeter.so.1", "sig/mpmeter.rbs", "LICENSE", "NOTICE", "licenses/COPYING.curl",
     "sboms/libmpmeter-x86_64-linux-gnu.cdx.json"].each do |file|
      assert_includes spec.files, file
    end
  end

  def test_the_library_inside_is_the_one_that_is_used_whatever_the_environment_says
    program = 'puts Mpmeter.version; puts File.read("/proc/self/maps")[/\S+libmpmeter\.so\.1/]'
    out, status = Open3.capture2({ "MPMETER_LIBRARY" => "/nonexistent" }, RbConfig.ruby, "-rmpmeter", "-e", program)
    assert_predicate status, :success?
    assert_match(%r{gems/mpmeter-[^/]+/lib/mpmeter/libmpmeter\.so\.1}, out)
  end

  def test_without_a_library_the_message_names_each_place
    lib = File.join(SOURCE, "bindings/ruby/lib")
    program = "begin; Mpmeter.version; rescue LoadError => error; puts error.class, error.message; end"
    environment = { "MPMETER_LIBRARY" => "/nonexistent", "GEM_HOME" => nil }
    out, = Open3.capture2(environment, RbConfig.ruby, "-I", lib, "-rmpmeter", "-e", program)
    assert_match(/\AMpmeter::LibraryNotFound\nlibmpmeter cannot be loaded\. Tried: \/nonexistent: /, out)
  end

  private

  # Runs commands of the README in a folder with nothing but this program.
  def pasted(commands, program)
    Dir.mktmpdir do |project|
      File.write(File.join(project, "register.rb"), program)
      places = [File.dirname(ENV.fetch("MPMETER_SANDBOX")), File.dirname(RbConfig.ruby), ENV.fetch("PATH")]
      environment = { "PATH" => places.join(":") }
      out, err, status = Open3.capture3(environment, "sh", "-ec", commands, chdir: project)
      assert_predicate status, :success?, program + err
      out
    end
  end

  def example(product)
    Dir.mktmpdir do |project|
      FileUtils.cp(File.join(SOURCE, "examples/ruby/register.rb"), project)
      script = "cp \"$MPMETER_SANDBOX_PUBLIC_KEY\" product.pem && exec #{RbConfig.ruby} register.rb"
      in_sandbox("--region", "eu-west-3", "--product", product, scenario: "ecs-fargate", chdir: project,
                                                                program: ["sh", "-c", script])
    end
  end
end
