# Puma, with workers or without: one registration for the container, before the first worker is forked.
#
#   bundle exec puma --config puma.rb
#
# It stands in the configuration file, which the master reads before it forks, binds or loads the application. A worker
# that registered and exited would be started again by the master, 150 times a second.
require "logger"
require "mpmeter"

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = File.read(File.join(__dir__, "product.pem"))

before = trap("TERM") { exit! 143 } # SIGTERM ends the wait.
begin
  Mpmeter.register_usage(PRODUCT_CODE, public_key: PUBLIC_KEY, logger: Logger.new($stderr))
rescue Mpmeter::Error => error
  warn "not registered: #{error.text}"
  exit! error.exit_status # 75: try again later. 1: stop.
end

trap("TERM", before)

workers Integer(ENV.fetch("WEB_CONCURRENCY", 2))
preload_app!
raise_exception_on_sigterm false # SIGTERM is no failure: the exit status is 0.
worker_shutdown_timeout 20 # A slow client keeps a worker; ECS and Kubernetes wait for 30 seconds.
bind ENV.fetch("BIND", "tcp://0.0.0.0:9292")
