variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "image" {
  description = "Container image by digest, `repository@sha256:...`: a tag can be moved under a running service."
  type        = string
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
}

variable "secret_arns" {
  description = "Secrets (ARNs in Secrets Manager) that the program may read with its own role, such as its keys."
  type        = list(string)
  default     = []
}

variable "secrets_kms_key_arns" {
  description = "KMS keys of those secrets, where they are not the account's own."
  type        = list(string)
  default     = []
}

variable "policy_arns" {
  description = "IAM policies of the program's role by a name of your choice, such as `kafka`."
  type        = map(string)
}

variable "vpc_id" {
  description = "VPC of the tasks."
  type        = string
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
}

variable "log" {
  description = "The program's log in CloudWatch."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  default = {}
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

variable "cluster_arn" {
  description = "ECS cluster."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.cluster_arn))
    error_message = "'${var.cluster_arn}' is not the ARN of an ECS cluster."
  }
}

variable "size" {
  description = "CPU units (1024 are one vCPU), memory in MiB, and disk in GiB for the state that Streams keeps until the task ends."
  type = object({
    cpu      = optional(number, 1024)
    memory   = optional(number, 4096)
    disk_gib = optional(number, 21)
  })
  default = {}

  validation {
    condition = try(
      var.size.memory % 1024 == 0 && var.size.memory >= {
        "256" = 1024, "512" = 1024, "1024" = 2048, "2048" = 4096, "4096" = 8192, "8192" = 16384, "16384" = 32768
        }[tostring(var.size.cpu)] && var.size.memory <= {
        "256" = 2048, "512" = 4096, "1024" = 8192, "2048" = 16384, "4096" = 30720, "8192" = 61440, "16384" = 122880
      }[tostring(var.size.cpu)], false
    )
    error_message = "Fargate has no size of ${var.size.cpu} CPU units with ${var.size.memory} MiB."
  }

  validation {
    condition     = var.size.disk_gib >= 21 && var.size.disk_gib <= 200
    error_message = "Fargate gives 21 to 200 GiB of disk, not ${var.size.disk_gib}."
  }
}

variable "architecture" {
  description = "Processor that the image is built for."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "The architecture is X86_64 or ARM64, not '${var.architecture}'."
  }
}

variable "group" {
  description = "The app's consumer group, for the lag alarm. Null for a program without committed offsets, such as sealer or witness."
  type        = string
  default     = null
}

variable "topics" {
  description = "Topics that the group reads, for the lag alarm."
  type        = list(string)
  default     = []

  validation {
    condition     = var.group != null || length(var.topics) == 0
    error_message = "Topics without a group have no lag."
  }

  validation {
    condition     = var.group == null || length(var.topics) > 0
    error_message = "Lag is measured by topic: name those that ${coalesce(var.group, "the group")} reads."
  }
}

variable "instances" {
  description = "Number of tasks. `partitions` is that of the topics which the app shares out among its tasks: more tasks than partitions would stand idle."
  type = object({
    count      = optional(number, 1)
    partitions = optional(number, 1)
  })
  default = {}

  validation {
    condition     = var.instances.count >= 0 && var.instances.count <= var.instances.partitions
    error_message = "${var.instances.count} tasks cannot share ${var.instances.partitions} partitions."
  }
}

variable "stop_timeout" {
  description = "Seconds that a task has after SIGTERM to commit and leave its group. Fargate waits 120 at most."
  type        = number
  default     = 60

  validation {
    condition     = var.stop_timeout >= 30 && var.stop_timeout <= 120
    error_message = "A Streams app needs 30 seconds and Fargate waits 120, so ${var.stop_timeout} is not possible."
  }
}

variable "durable_state" {
  description = "EFS access point for `/state`, for a program that must not forget, such as a witness (what it cosigned last). Null where changelogs restore the state: the folder then goes with the task."
  type = object({
    file_system_arn   = string
    access_point_arn  = string
    security_group_id = string
  })
  default = null

  validation {
    condition = var.durable_state == null || try(
      can(regex("^arn:aws[a-z-]*:elasticfilesystem:[^:]+:[0-9]{12}:file-system/fs-", var.durable_state.file_system_arn)) &&
      can(regex("^arn:aws[a-z-]*:elasticfilesystem:[^:]+:[0-9]{12}:access-point/fsap-", var.durable_state.access_point_arn)), false
    )
    error_message = "durable_state needs the ARNs of a file system and of an access point."
  }

  validation {
    condition     = var.durable_state == null || var.instances.count <= 1
    error_message = "A folder belongs to one process: with durable_state there is one task, not ${var.instances.count}."
  }
}

variable "lag" {
  description = "When the lag alarm goes off: more than `records` of a topic wait at every moment of `minutes`."
  type = object({
    records = optional(number, 100)
    minutes = optional(number, 5)
  })
  default = {}

  validation {
    condition     = var.lag.records >= 1 && var.lag.minutes >= 1 && var.lag.minutes <= 60
    error_message = "There must be 1 record at least, and 1 to 60 minutes."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy that bounds every role made here, for accounts that demand one."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
