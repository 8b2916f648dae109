variable "name" {
  description = "Beginning of every name: that of the ECS service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "image" {
  description = "Container image by digest, `repository@sha256:...`: a tag can be moved under a running service."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9./_:-]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image must be named by digest, not '${var.image}'."
  }
}

variable "policy_arns" {
  description = "IAM policies of the program's role by a name of your choice, such as `kafka`."
  type        = map(string)

  validation {
    condition     = alltrue([for arn in values(var.policy_arns) : !can(regex(":aws:policy/(AdministratorAccess|PowerUserAccess|.*FullAccess)$", arn))])
    error_message = "A program gets no policy of AWS's own that allows everything."
  }
}

variable "secret_arns" {
  description = "Secrets (ARNs in Secrets Manager) that the program may read with its own role, such as its keys."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^*]+$", arn))])
    error_message = "A secret is named by its ARN, without a wildcard."
  }
}

variable "secrets_kms_key_arns" {
  description = "KMS keys of those secrets, where they are not the account's own."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secrets_kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", arn))])
    error_message = "A key must be the ARN of a KMS key."
  }
}

variable "alarm_actions" {
  description = "SNS topics that alarms tell."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.alarm_actions : can(regex("^arn:aws[a-z-]*:sns:", action))])
    error_message = "An alarm's action must be the ARN of an SNS topic."
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

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}

variable "command" {
  description = "Arguments of the image's entry point. If null the image's own."
  type        = list(string)
  default     = null
}

variable "environment" {
  description = "Environment variables. Secrets do not belong here: whoever may describe a task sees them."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "Environment variables are written in capitals."
  }

  validation {
    condition     = alltrue([for key in keys(var.environment) : !can(regex("(PASSWORD|SECRET|TOKEN|PRIVATE)", key))])
    error_message = "Something that looks like a secret stands in environment: give its ARN in secret_arns and let the program read it."
  }
}

variable "kafka" {
  description = "The cluster: its name (for metrics), its brokers for IAM, and their security group, to which tasks are let out."
  type = object({
    cluster_name      = string
    bootstrap_brokers = string
    security_group_id = string
  })

  validation {
    condition     = alltrue([for broker in split(",", var.kafka.bootstrap_brokers) : endswith(broker, ":9098")])
    error_message = "Brokers for IAM listen on 9098, not ${var.kafka.bootstrap_brokers}."
  }
}

variable "vpc_id" {
  description = "VPC of the tasks."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "'${var.vpc_id}' is not the id of a VPC."
  }
}

variable "log" {
  description = "The program's log in CloudWatch."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  default = {}

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log.retention_days)
    error_message = "CloudWatch does not know a retention of ${var.log.retention_days} days."
  }
}

variable "container" {
  description = "Name of the container, by which overrides of a task know it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.container))
    error_message = "A container's name is of a-z, 0-9 and dash, not '${var.container}'."
  }
}

variable "mounts" {
  description = "Where the container has the task's volumes, by their names; everything else it can only read."
  type        = map(string)

  validation {
    condition     = contains(values(var.mounts), "/tmp") && alltrue([for path in values(var.mounts) : startswith(path, "/")])
    error_message = "The program needs a /tmp, and a mount begins with a slash."
  }
}

variable "stop_timeout" {
  description = "Seconds between SIGTERM and the end."
  type        = number

  validation {
    condition     = var.stop_timeout >= 30 && var.stop_timeout <= 120
    error_message = "The stop timeout must be 30 to 120 seconds, which is what ECS takes, not ${var.stop_timeout}."
  }
}
