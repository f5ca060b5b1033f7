# A product that is priced by use: what it adds is on the disk, and billed once, hour by hour.
#
#   gem install mpmeter-0.1.0-x86_64-linux.gem
#   ruby meter.rb
require "logger"
require "mpmeter"

PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz"

logger = Logger.new($stderr)
trap("TERM") do
  trap("TERM", "IGNORE") # Another one would break off the last sending.
  exit
end
begin
  Mpmeter::Meter.open(PRODUCT_CODE, "/var/lib/product/usage", logger: logger) do |meter|
    meter.check("requests") # May this container meter at all?
    meter.start_sending do # SIGTERM ends the block, and the last hour is sent within the grace period.
      while gets
        meter.add("requests", 1)
        meter.add("gigabytes", "0.25", tags: { "team" => "research" })
        puts "done"
        $stdout.flush
      end
      trap("TERM", "IGNORE") # What is left is sent now.
    end
  end
rescue Mpmeter::Error => error
  logger.fatal(error.text)
  exit error.exit_status # 75: try again later. 1: stop.
end
