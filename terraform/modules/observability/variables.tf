variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "subscriptions" {
  description = "Who is told of alarms, by a name of your choice: an e-mail address, or an https address such as a pager's."
  type = map(object({
    protocol = string
    endpoint = string
  }))
  default = {}

  validation {
    condition     = alltrue([for subscription in var.subscriptions : contains(["email", "https"], subscription.protocol)])
    error_message = "A subscription's protocol is email or https."
  }

  validation {
    condition     = alltrue([for subscription in var.subscriptions : can(regex(subscription.protocol == "https" ? "^https://" : "^[^@ ]+@[^@ ]+$", subscription.endpoint))])
    error_message = "An endpoint does not fit its protocol."
  }
}

variable "kafka" {
  description = "The cluster: its name, and how many brokers it has (0 for serverless, which has no metrics by broker)."
  type = object({
    cluster_name = string
    brokers      = optional(number, 0)
  })

  validation {
    condition     = var.kafka.brokers >= 0 && var.kafka.brokers <= 60
    error_message = "There are 0 to 60 brokers, not ${var.kafka.brokers}."
  }
}

variable "groups" {
  description = "Consumer groups to be shown, each with the topics that it reads."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for topics in var.groups : length(topics) > 0])
    error_message = "A group without topics has no lag."
  }
}

variable "services" {
  description = "ECS services to be shown, by a name of your choice."
  type = map(object({
    cluster = string
    service = string
  }))
  default = {}
}

variable "intake" {
  description = "The intake to be shown; null without one."
  type = object({
    api_id        = string
    function_name = string
  })
  default = null
}

variable "alarm_arns" {
  description = "ARNs of the other modules' alarms, to be shown beside this module's own."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_arns : can(regex("^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+$", arn))])
    error_message = "An alarm must be named by its ARN."
  }
}

variable "stalled_minutes" {
  description = "Minutes without a seal after which the log counts as stalled: without seals nothing is decided."
  type        = number
  default     = 10

  validation {
    condition     = var.stalled_minutes >= 3 && var.stalled_minutes <= 60
    error_message = "The time must be 3 to 60 minutes, not ${var.stalled_minutes}."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
