"""A loopback stand-in for the AWS services a metered container talks to.

It plays AWS Marketplace Metering (RegisterUsage, MeterUsage), STS, the EC2 instance metadata service, the ECS task
metadata and credentials endpoints and the EKS Pod Identity agent, all on 127.0.0.1. Requests are checked as AWS checks
them; answers can be made to go wrong with named faults.
"""

__version__ = "0.1.0"
