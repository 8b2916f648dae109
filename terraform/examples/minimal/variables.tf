variable "name" {
  description = "Beginning of every name."
  type        = string
  default     = "verillm"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.name))
    error_message = "The name must be 1 to 24 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "'${var.region}' is not a region."
  }
}

variable "vpc_id" {
  description = "An existing VPC with DNS names switched on."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "'${var.vpc_id}' is not the id of a VPC."
  }
}

variable "subnet_ids" {
  description = "Private subnets in three zones, with a way to AWS (NAT gateway or endpoints)."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) == 3
    error_message = "Three different subnets are needed."
  }
}

variable "operator_clients" {
  description = "Who else may open connections to the brokers, as `clients` of the module kafka: such as the range of a VPN, from which an operator runs `./verillm` by himself."
  type = map(object({
    security_group_id = optional(string)
    cidr_ipv4         = optional(string)
    authentication    = optional(string, "iam")
  }))
  default = {}

  validation {
    condition     = alltrue([for client in var.operator_clients : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
    error_message = "A client has either a security_group_id or a cidr_ipv4."
  }
}

variable "image" {
  description = "Container image of the Streams apps, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image must be named by digest."
  }
}

variable "secret_arn" {
  description = "Secret (ARN in Secrets Manager) with the coordinator's keys, as `./verillm keys coordinator` makes them."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^*]+$", var.secret_arn))
    error_message = "A secret is named by its ARN, without a wildcard."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy that bounds every role made here, for accounts that demand one."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "A boundary is the ARN of an IAM policy."
  }
}
