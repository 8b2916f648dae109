variable "name" {
  description = "Name of the cluster, and the beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "kafka_version" {
  description = "Kafka's version as MSK names it, 4.0 at least: coordinator and ledger need `transaction.version` 2, workers the group protocol of 4.0. The project is made for KRaft."
  type        = string
  default     = "4.1.x.kraft"

  validation {
    condition     = can(regex("^4\\.[0-9]+\\.x\\.kraft$", var.kafka_version))
    error_message = "The version must be 4.0.x.kraft or newer, not '${var.kafka_version}': coordinator, ledger and workers refuse an older one."
  }
}

variable "broker" {
  description = <<-EOT
    The brokers. `instance_type` decides between Standard (`kafka.`) and Express (`express.`) brokers; Express ones only where MSK has them with Kafka 4. `count` is the number in all zones together.
    `volume_gib` is what a Standard broker begins with, and `volume_gib_max` what it may grow to; Express brokers bring their own storage.
  EOT
  type = object({
    instance_type  = optional(string, "kafka.m7g.large")
    count          = optional(number, 3)
    volume_gib     = optional(number)
    volume_gib_max = optional(number, 1000)
    tiered_storage = optional(bool, false)
  })
  default = {}

  validation {
    condition     = can(regex("^(kafka\\.(m5|m7g)\\.[0-9]*x?large|kafka\\.t3\\.small|express\\.m7g\\.[0-9]*x?large)$", var.broker.instance_type))
    error_message = "The instance type must be of kafka.m5, kafka.m7g or express.m7g, or kafka.t3.small for a trial, not '${var.broker.instance_type}'."
  }

  validation {
    condition     = var.broker.count >= length(var.subnet_ids) && var.broker.count % length(var.subnet_ids) == 0 && var.broker.count <= 60
    error_message = "The number of brokers must be a multiple of the ${length(var.subnet_ids)} subnets and at most 60, not ${var.broker.count}."
  }

  validation {
    condition     = !startswith(var.broker.instance_type, "express.") || (var.broker.volume_gib == null && !var.broker.tiered_storage)
    error_message = "Express brokers have no volumes: leave volume_gib and tiered_storage out."
  }

  validation {
    condition     = coalesce(var.broker.volume_gib, 250) >= 10 && var.broker.volume_gib_max >= coalesce(var.broker.volume_gib, 250) && var.broker.volume_gib_max <= 16384
    error_message = "A volume begins with 10 GiB or more and grows to 16384 at most, and not to less than it has."
  }
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "'${var.vpc_id}' is not the id of a VPC."
  }
}

variable "subnet_ids" {
  description = "Private subnets, one for each availability zone. Three, as every topic has three replicas of which two must have a record."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 3
    error_message = "Three subnets in three zones are needed, not ${length(var.subnet_ids)}."
  }

  validation {
    condition     = length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "A subnet is named twice."
  }
}

variable "clients" {
  description = "Who may open connections, by a name of your choice: a security group, or an IPv4 range that comes in over a private path, and how it says who it is (`iam`, port 9098, or `scram`, port 9096)."
  type = map(object({
    security_group_id = optional(string)
    cidr_ipv4         = optional(string)
    authentication    = optional(string, "iam")
  }))
  default = {}

  validation {
    condition     = alltrue([for client in var.clients : contains(["iam", "scram"], client.authentication)])
    error_message = "A client's authentication is iam or scram."
  }

  validation {
    condition     = alltrue([for client in var.clients : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
    error_message = "A client has either a security_group_id or a cidr_ipv4."
  }

  validation {
    condition     = alltrue([for client in var.clients : client.cidr_ipv4 == null || try(can(cidrhost(client.cidr_ipv4, 0)) && tonumber(split("/", client.cidr_ipv4)[1]) >= 8, false)])
    error_message = "A client's cidr_ipv4 is an IPv4 range of at most a /8: brokers are never open to everybody."
  }

  validation {
    condition     = alltrue([for client in var.clients : client.authentication != "scram" || var.authentication.scram])
    error_message = "A client with scram needs authentication.scram."
  }
}

variable "authentication" {
  description = "How clients may say who they are: IAM for roles in AWS, SASL/SCRAM for principals outside. Nobody gets in without."
  type = object({
    iam   = optional(bool, true)
    scram = optional(bool, false)
  })
  default = {}

  validation {
    condition     = var.authentication.iam
    error_message = "IAM must stay on: the topics tool sets ACLs as an IAM role, and without it nobody could once the open default is off."
  }
}

variable "open_without_acl" {
  description = "Whether a SCRAM principal may use a topic that has no ACL, MSK's own default. Only for a cluster that ran so before: apply ACLs, then set it to false. A new cluster starts closed."
  type        = bool
  default     = false
}

variable "record_bytes_max" {
  description = "Largest `max.message.bytes` of the catalogue's manifest; brokers must be able to replicate such a batch."
  type        = number
  default     = 8388608

  validation {
    condition     = var.record_bytes_max >= 1048576 && var.record_bytes_max <= 67108864
    error_message = "The largest record must have 1 to 64 MiB, not ${var.record_bytes_max} bytes."
  }
}

variable "server_properties" {
  description = "Further broker settings by Kafka's names. What this module relies on cannot be set here."
  type        = map(string)
  default     = {}

  validation {
    condition = length(setintersection(keys(var.server_properties), [
      "allow.everyone.if.no.acl.found", "auto.create.topics.enable", "default.replication.factor", "min.insync.replicas",
      "message.max.bytes", "offsets.retention.minutes", "unclean.leader.election.enable",
    ])) == 0
    error_message = "The module sets some of these itself: ${join(", ", keys(var.server_properties))}."
  }
}

variable "offsets_retention_days" {
  description = "How long Kafka remembers the offsets of a group without members, such as a worker's while no machine is to be had. Without offsets it begins anew with the oldest task that is kept."
  type        = number
  default     = 90

  validation {
    condition     = var.offsets_retention_days >= 14 && var.offsets_retention_days <= 365
    error_message = "Offsets must be kept 14 to 365 days, not ${var.offsets_retention_days}: longer than the seven days that tasks are kept."
  }
}

variable "kms_key_arn" {
  description = "KMS key for data at rest. If null the module makes one."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key."
  }
}

variable "log" {
  description = "Broker logs in CloudWatch (Standard brokers; Express brokers write none)."
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

variable "enhanced_monitoring" {
  description = "Level of MSK's metrics. Lag of groups and bytes of topics, on which alarms rest, come with every level; this module's own alarms need PER_BROKER. PER_TOPIC_PER_BROKER is paid by topic and broker."
  type        = string
  default     = "PER_BROKER"

  validation {
    condition     = contains(["DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"], var.enhanced_monitoring)
    error_message = "MSK has no monitoring level '${var.enhanced_monitoring}'."
  }
}

variable "alarms" {
  description = "Per-broker and cluster alarms: who is told (SNS topic ARNs), and from which figure on."
  type = object({
    actions      = optional(list(string), [])
    cpu_percent  = optional(number, 60)
    disk_percent = optional(number, 70)
    heap_percent = optional(number, 60)
    connections  = optional(number, 3000)
  })
  default = {}

  validation {
    condition     = alltrue([for action in var.alarms.actions : can(regex("^arn:aws[a-z-]*:sns:", action))])
    error_message = "An alarm's action must be the ARN of an SNS topic."
  }

  validation {
    condition     = alltrue([for percent in [var.alarms.cpu_percent, var.alarms.heap_percent] : percent > 0 && percent < 100])
    error_message = "Percentages must lie between 0 and 100."
  }

  validation {
    condition     = var.alarms.disk_percent >= 20 && var.alarms.disk_percent <= 90
    error_message = "disk_percent lies between 20 and 90, not at ${var.alarms.disk_percent}: volumes grow 10 percent before it, and MSK lets them do so between 10 and 80."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
