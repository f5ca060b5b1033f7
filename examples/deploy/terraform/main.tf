# The IAM part of a paid container: the permission, and the roles of an ECS task or of a Kubernetes service account.
# The documents are those of ../iam, so that there is one copy.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "metered" {
  description = "Whether the product is priced by usage (MeterUsage) instead of by the hour (RegisterUsage)."
  type        = bool
  default     = false
}

variable "ecs_exec" {
  description = "Whether the role also allows ECS Exec, for `mpmeter doctor` in a running task."
  type        = bool
  default     = false
}

variable "oidc_provider" {
  description = "For EKS: the cluster's OIDC issuer without https://. Empty for ECS."
  type        = string
  default     = ""
}

variable "namespace" {
  description = "For EKS: the namespace of the service account."
  type        = string
  default     = "default"
}

variable "service_account" {
  description = "For EKS: the name of the service account."
  type        = string
  default     = "product"
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  arn     = "arn:${data.aws_partition.this.partition}:" # aws, aws-cn or aws-us-gov
  on_eks  = var.oidc_provider != ""
  ecs_trust = replace(
    replace(file("${path.module}/../iam/ecs-task-trust.json"), "111122223333", local.account),
    "arn:aws:", local.arn
  )
  irsa_trust = replace(
    replace(
      replace(
        replace(
          replace(file("${path.module}/../iam/irsa-trust.json"), "111122223333", local.account),
          "arn:aws:", local.arn
        ),
        "OIDC_PROVIDER", var.oidc_provider
      ),
      "NAMESPACE", var.namespace
    ),
    ":product\"", ":${var.service_account}\""
  )
}

resource "aws_iam_role" "product" {
  name_prefix        = "product-"
  description        = "What the container signs its calls to AWS Marketplace with."
  assume_role_policy = local.on_eks ? local.irsa_trust : local.ecs_trust
}

resource "aws_iam_role_policy" "marketplace" {
  name_prefix = "marketplace-"
  role        = aws_iam_role.product.id
  policy      = file("${path.module}/../iam/${var.metered ? "meter-usage" : "register-usage"}.json")
}

resource "aws_iam_role_policy" "ecs_exec" {
  count       = var.ecs_exec ? 1 : 0
  name_prefix = "ecs-exec-"
  role        = aws_iam_role.product.id
  policy      = file("${path.module}/../iam/ecs-exec.json")
}

output "role_arn" {
  description = "taskRoleArn of an ECS task definition, or serviceAccount.roleArn of the chart."
  value       = aws_iam_role.product.arn
}
