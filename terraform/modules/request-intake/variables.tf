variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
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
    error_message = "Something that looks like a secret stands in environment: give its ARN in signing_secret_arn and let the program read it."
  }
}

variable "signing_secret_arn" {
  description = "Secret (ARN in Secrets Manager) with the gateway's keys, with which it signs what comes unsigned. If null callers must sign for themselves."
  type        = string
  default     = null

  validation {
    condition     = var.signing_secret_arn == null || can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^*]+$", var.signing_secret_arn))
    error_message = "A secret is named by its ARN, without a wildcard."
  }
}

variable "secrets_kms_key_arns" {
  description = "KMS keys of that secret, where it is not the account's own."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secrets_kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", arn))])
    error_message = "A key must be the ARN of a KMS key."
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

variable "vpc_id" {
  description = "VPC of the tasks."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "'${var.vpc_id}' is not the id of a VPC."
  }
}

variable "subnet_ids" {
  description = "Private subnets. Tasks have no public address and reach AWS by endpoints or a NAT gateway."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "A subnet is needed."
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

variable "alarm_actions" {
  description = "SNS topics that alarms tell."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.alarm_actions : can(regex("^arn:aws[a-z-]*:sns:", action))])
    error_message = "An alarm's action must be the ARN of an SNS topic."
  }
}

variable "package" {
  description = "The Lambda's archive in S3, with its version: without one a new archive under the same key would go unnoticed."
  type = object({
    bucket         = string
    key            = string
    object_version = string
  })

  validation {
    condition     = length(var.package.object_version) > 0 && can(regex("\\.(zip|jar)$", var.package.key))
    error_message = "The package must be a .zip or .jar with an object version, not '${var.package.key}'."
  }
}

variable "function" {
  description = "Memory in MiB, time in seconds, and how many may run at once: each keeps connections to the brokers. Without `concurrency` the account's limit holds: a new account has 10 and lets nobody reserve any of them. `snap_start` restores a started JVM, which has read the log's registry up to the function's publication; without it each cold start reads all of it."
  type = object({
    memory      = optional(number, 1024)
    timeout     = optional(number, 15)
    concurrency = optional(number)
    snap_start  = optional(bool, true)
  })
  default = {}

  validation {
    condition     = var.function.memory >= 512 && var.function.memory <= 10240
    error_message = "A JVM with a Kafka client needs 512 MiB, and Lambda gives 10240 at most."
  }

  validation {
    condition     = var.function.timeout >= 3 && var.function.timeout <= 29
    error_message = "API Gateway waits 30 seconds, so the function has 3 to 29, not ${var.function.timeout}."
  }

  validation {
    condition     = var.function.concurrency == null || try(var.function.concurrency >= 1 && var.function.concurrency <= 500, false)
    error_message = "concurrency must be 1 to 500, or null."
  }
}

variable "authorization" {
  description = "Who may post: `AWS_IAM` (signed with AWS credentials) or `JWT` from an issuer. Nobody may without."
  type = object({
    type     = optional(string, "AWS_IAM")
    issuer   = optional(string)
    audience = optional(set(string), [])
  })
  default = {}

  validation {
    condition     = contains(["AWS_IAM", "JWT"], var.authorization.type)
    error_message = "The authorization is AWS_IAM or JWT, not '${var.authorization.type}'."
  }

  validation {
    condition     = (var.authorization.type == "JWT") == (var.authorization.issuer != null) && (var.authorization.type == "JWT") == (length(var.authorization.audience) > 0)
    error_message = "JWT, and it alone, needs an issuer and an audience."
  }

  validation {
    condition     = var.authorization.issuer == null || try(startswith(var.authorization.issuer, "https://"), false)
    error_message = "The issuer must be an https address."
  }
}

variable "throttle" {
  description = "Requests a second over all callers, and how many may come at once."
  type = object({
    rate  = optional(number, 50)
    burst = optional(number, 100)
  })
  default = {}

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= var.throttle.rate
    error_message = "burst (${var.throttle.burst}) must not be below rate (${var.throttle.rate}), and that 1 at least."
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
