variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,41}$", var.name))
    error_message = "The name must be 1 to 42 of a-z, 0-9 and dash (the results bucket's name has 63 characters at most), and begin with a letter, not '${var.name}'."
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

variable "kafka" {
  description = "The cluster: its ARN, its brokers for IAM, and their security group, to which the sink is let out."
  type = object({
    cluster_arn       = string
    bootstrap_brokers = string
    security_group_id = string
  })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kafka:[a-z0-9-]+:[0-9]{12}:cluster/[^/*]+/[^/*]+$", var.kafka.cluster_arn))
    error_message = "'${var.kafka.cluster_arn}' is not the ARN of a Kafka cluster."
  }

  validation {
    condition     = alltrue([for broker in split(",", var.kafka.bootstrap_brokers) : endswith(broker, ":9098")])
    error_message = "Brokers for IAM listen on 9098, not ${var.kafka.bootstrap_brokers}."
  }
}

variable "tables" {
  description = "Tables by their names, each with the topic that fills it."
  type        = map(string)
  default = {
    verdicts  = "verillm.verdicts.v1"
    votes     = "verillm.votes.v1"
    scores    = "verillm.scores.v1"
    transfers = "verillm.transfers.v1"
  }

  validation {
    condition     = length(var.tables) > 0 && alltrue([for table in keys(var.tables) : can(regex("^[a-z][a-z0-9_]{0,62}$", table))])
    error_message = "A table's name must be 1 to 63 of a-z, 0-9 and underscore."
  }

  validation {
    condition     = length(distinct(values(var.tables))) == length(var.tables)
    error_message = "Two tables have one topic."
  }

  validation {
    condition     = length(setintersection(values(var.tables), ["verillm.requests.v1", "verillm.results.v1", "verillm.tokens.v1"])) == 0
    error_message = "Requests, results and tokens are between requester and coordinator: analysts do not read them."
  }
}

variable "sink_policy_arn" {
  description = "IAM policy with the sink's rights on the cluster: that of a principal with the role sink in the module kafka-access."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.sink_policy_arn))
    error_message = "'${var.sink_policy_arn}' is not the ARN of a policy of an account."
  }
}

variable "plugin" {
  description = "Archive with the Iceberg sink and the converter of the events, in S3, with its version."
  type = object({
    bucket_arn     = string
    key            = string
    object_version = string
  })

  validation {
    condition     = can(regex("\\.(zip|jar)$", var.plugin.key))
    error_message = "A plugin is a .zip or .jar, not '${var.plugin.key}'."
  }
}

variable "sink" {
  description = "The sink on MSK Connect: its version of Connect, capacity units (1 vCPU, 4 GiB) of a worker, number of workers, and seconds between commits."
  type = object({
    connect_version = optional(string, "3.7.x")
    units           = optional(number, 1)
    workers         = optional(number, 1)
    commit_seconds  = optional(number, 300)
  })
  default = {}

  validation {
    condition     = var.sink.connect_version == "3.7.x"
    error_message = "The plugin needs Java 17, which MSK Connect has with 3.7.x, not with '${var.sink.connect_version}'."
  }

  validation {
    condition     = contains([1, 2, 4, 8], var.sink.units) && var.sink.workers >= 1 && var.sink.workers <= 10
    error_message = "A worker has 1, 2, 4 or 8 units, and there are 1 to 10 workers."
  }

  validation {
    condition     = var.sink.commit_seconds >= 60
    error_message = "A commit makes files: once a minute at most, not every ${var.sink.commit_seconds} s."
  }
}

variable "kms_key_arn" {
  description = "KMS key of tables and query results. If null the module makes one; a key of yours must let `maintenance.s3tables.amazonaws.com` use it, or tables are never compacted."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key."
  }
}

variable "scan_limit_gib" {
  description = "GiB that one query may read at most; Athena stops it there."
  type        = number
  default     = 10

  validation {
    condition     = var.scan_limit_gib >= 1 && var.scan_limit_gib <= 10240
    error_message = "The limit must be 1 to 10240 GiB, not ${var.scan_limit_gib}."
  }
}

variable "results_expire_days" {
  description = "Days after which query results are deleted."
  type        = number
  default     = 30

  validation {
    condition     = var.results_expire_days >= 1
    error_message = "Results are kept a day at least."
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
