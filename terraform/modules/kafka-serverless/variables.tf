variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
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
  description = "Private subnets in at least two availability zones."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "Two different subnets are needed, not ${length(distinct(var.subnet_ids))}."
  }
}

variable "clients" {
  description = "Who may open connections, by a name of your choice: a security group, or an IPv4 range that comes in over a private path. All say who they are with IAM; MSK Serverless knows nothing else."
  type = map(object({
    security_group_id = optional(string)
    cidr_ipv4         = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for client in var.clients : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
    error_message = "A client has either a security_group_id or a cidr_ipv4."
  }

  validation {
    condition     = alltrue([for client in var.clients : client.cidr_ipv4 == null || try(can(cidrhost(client.cidr_ipv4, 0)) && tonumber(split("/", client.cidr_ipv4)[1]) >= 8, false)])
    error_message = "A client's cidr_ipv4 is an IPv4 range of at most a /8: brokers are never open to everybody."
  }
}

variable "manifest" {
  description = "The catalogue, as `./verillm topics manifest` prints it, to be checked against what MSK Serverless takes; null for a cluster that gets other topics."
  type = object({
    topics         = list(object({ partitions = number, configs = map(string) }))
    internalTopics = list(object({ partitions = number, configs = map(string) }))
  })
  default = null

  validation {
    condition     = try(sum(concat(var.manifest.topics, var.manifest.internalTopics)[*].partitions), 0) <= 2400
    error_message = "MSK Serverless takes 2400 partitions."
  }

  validation {
    condition     = try(sum([for topic in concat(var.manifest.topics, var.manifest.internalTopics) : topic.partitions if strcontains(lookup(topic.configs, "cleanup.policy", ""), "compact")]), 0) <= 120
    error_message = "MSK Serverless takes 120 partitions of compacted topics."
  }

  validation {
    condition     = try(max([for topic in concat(var.manifest.topics, var.manifest.internalTopics) : tonumber(lookup(topic.configs, "max.message.bytes", "0"))]...), 0) <= 8388608
    error_message = "MSK Serverless takes records of 8 MiB (8388608 bytes), no larger ones."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
