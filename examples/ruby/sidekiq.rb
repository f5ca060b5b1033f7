# Sidekiq: one registration for the container, before its threads start.
#
#   bundle exec sidekiq -r ./sidekiq.rb
#
# Sidekiq requires this file before it handles signals or takes a job, so that a refusal ends the process, and SIGTERM
# ends the wait. In Rails the same stands in config/initializers/mpmeter.rb, within Sidekiq.configure_server. A client
# that only enqueues jobs does not come by here, and does not register.
require "logger"
require "mpmeter"
require "sidekiq"

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = File.read(File.join(__dir__, "product.pem"))

# Process 1 ignores SIGTERM unless it has a handler. Sidekiq's own, later, would call this one.
before = trap("TERM") { exit! 143 }
begin
  Mpmeter.register_usage(PRODUCT_CODE, public_key: PUBLIC_KEY, logger: Logger.new($stderr))
rescue Mpmeter::Error => error
  warn "not registered: #{error.text}"
  exit! error.exit_status # 75: try again later. 1: stop.
end

trap("TERM", before)

# A job.
class Report
  include Sidekiq::Worker

  def perform(name)
    puts "the report of #{name}"
    $stdout.flush
  end
end
