# A paid product's start: it runs only if AWS Marketplace says so.
#
#   gem install mpmeter-0.1.0-x86_64-linux.gem
#   ruby register.rb
#
# product.pem is the public key that AWS Marketplace issued with the product code; copy it into the image, beside this
# file.
require "logger"
require "mpmeter"

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"
PUBLIC_KEY = File.read(File.join(__dir__, "product.pem"))

logger = Logger.new($stderr)
begin
  registration = Mpmeter.register_usage(PRODUCT_CODE, public_key: PUBLIC_KEY, logger: logger)
rescue Mpmeter::Error => error
  logger.fatal("not registered: #{error.text}")
  exit error.exit_status # 75: try again later. 1: stop.
end

puts "registered in #{registration.region}: the product begins here"
