# Puma, with workers or without: one registration for the container, before the first worker is forked.
#
#   bundle exec puma --config puma.rb
#
# It stands in the configuration file, which the master reads before it forks, binds or loads the application. A worker
# that registered and exited would be started again by the master, 150 times a second. SIGTERM ends the wait as it ends
# Ruby.
require "logger"
require "mpmeter"

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = File.read(File.join(__dir__, "product.pem"))

begin
  Mpmeter.register_usage(PRODUCT_CODE, public_key: PUBLIC_KEY, logger: Logger.new($stderr))
rescue Mpmeter::Error => error
  warn "not registered: #{error.text}"
  exit! error.exit_status # 75: try again later. 1: stop.
end

workers Integer(ENV.fetch("WEB_CONCURRENCY", 2))
preload_app!
bind ENV.fetch("BIND", "tcp://0.0.0.0:9292")
