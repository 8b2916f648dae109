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

variable "worker_id" {
  description = "Id of the worker, witness or auditor outside."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]{1,32}$", var.worker_id)) && can(regex("^[a-z]", var.worker_id))
    error_message = "A worker's id is 1 to 32 of a-z, 0-9 and dash, here beginning with a letter, not '${var.worker_id}'."
  }
}

variable "role" {
  description = "What the party is: a worker; a witness, which `setup` has named; or an analyst, who audits the log. The latter two plant no flags."
  type        = string
  default     = "worker"

  validation {
    condition     = contains(["worker", "witness", "analyst"], var.role)
    error_message = "The role is worker, witness or analyst, not '${var.role}'."
  }
}

variable "cluster" {
  description = "The cluster that the worker joins, made with SCRAM: its ARN, brokers for SCRAM, and security group."
  type = object({
    arn                     = string
    bootstrap_brokers_scram = string
    security_group_id       = string
  })

  validation {
    condition     = alltrue([for broker in split(",", var.cluster.bootstrap_brokers_scram) : endswith(broker, ":9096")])
    error_message = "Brokers for SCRAM listen on 9096, not ${var.cluster.bootstrap_brokers_scram}."
  }

  validation {
    condition     = try(split(":", var.cluster.arn)[3], "") == var.region
    error_message = "The cluster ${var.cluster.arn} does not lie in ${var.region}: MSK takes secrets of its own region."
  }
}

variable "coordinator_key" {
  description = "The coordinator's public key, 64 hexadecimal digits, as `setup` prints it: the box refuses another's log."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.coordinator_key))
    error_message = "A key has 64 hexadecimal digits, in small letters."
  }
}

variable "operator_cidr" {
  description = "The operator's network as it comes in over VPN or Direct Connect. Brokers have no public address. Null where the rule of another of its programs lets it in already: a security group takes a rule once."
  type        = string

  validation {
    condition     = var.operator_cidr == null || can(cidrhost(var.operator_cidr, 0)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.)", var.operator_cidr))
    error_message = "'${coalesce(var.operator_cidr, "null")}' is not a private IPv4 range: the operator comes in over a private path."
  }
}

variable "kms_key_arn" {
  description = "KMS key of the SCRAM secret."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key."
  }

  validation {
    condition     = try(split(":", var.kms_key_arn)[3], "") == var.region
    error_message = "The key ${var.kms_key_arn} does not lie in ${var.region}."
  }
}

variable "password" {
  description = "The worker's SCRAM password; agreed with the operator, kept neither in plan nor in state."
  type        = string
  ephemeral   = true

  validation {
    condition     = length(var.password) >= 24
    error_message = "The password must have at least 24 characters."
  }
}

variable "plants_flags" {
  description = "Whether the worker plants [flags](../../../docs/operations.md#flags): then it has a second user, `poster:ID`, as whom it posts them. Where duties run a worker without gets no task."
  type        = bool
  default     = true

  validation {
    condition     = var.role == "worker" || !var.plants_flags
    error_message = "Only a worker plants flags: say plants_flags = false."
  }
}

variable "poster_password" {
  description = "The poster's SCRAM password, another than the worker's; kept neither in plan nor in state. Null without flags."
  type        = string
  default     = null
  ephemeral   = true

  validation {
    condition     = var.poster_password == null || try(length(var.poster_password) >= 24 && var.poster_password != var.password, false)
    error_message = "The poster's password must have at least 24 characters and be another than the worker's."
  }

  validation {
    condition     = var.plants_flags == (var.poster_password != null)
    error_message = "With plants_flags there must be a poster_password, without it none."
  }
}

variable "password_version" {
  description = "Raise it by one when a password changed, which Terraform cannot see."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "The version is a whole number from 1 on."
  }
}

variable "certificate" {
  description = "The operator's own certificate authority (PEM) and the common name of the box's certificate, by which the box gets short-lived AWS credentials and what it may do with them, by names of your choice: the policy for its evidence in S3, and that of the model that it serves. Null if evidence and model lie on the box."
  type = object({
    authority_pem = string
    common_name   = string
    policy_arns   = map(string)
  })
  default = null

  validation {
    condition     = var.certificate == null || try(startswith(trimspace(var.certificate.authority_pem), "-----BEGIN CERTIFICATE-----") && length(var.certificate.common_name) > 0, false)
    error_message = "authority_pem must be a certificate in PEM, and common_name not empty."
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
