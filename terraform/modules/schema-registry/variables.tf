variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "schemas" {
  description = "Avro schemas as JSON text by their names, one for each `.avsc`: `{ for file in fileset(dir, \"*.avsc\") : trimsuffix(file, \".avsc\") => file(\"$${dir}/$${file}\") }`."
  type        = map(string)

  validation {
    condition     = length(var.schemas) > 0
    error_message = "There is no schema."
  }

  validation {
    condition     = alltrue([for name, text in var.schemas : try(jsondecode(text).type == "record" && jsondecode(text).name == name, false)])
    error_message = "A schema must be a JSON object of type record whose name is its key: ${join(", ", [for name, text in var.schemas : name if !try(jsondecode(text).type == "record" && jsondecode(text).name == name, false)])}."
  }

  validation {
    condition     = alltrue([for text in values(var.schemas) : length(text) <= 170000])
    error_message = "Glue takes schemas of at most 170,000 bytes."
  }
}

variable "compatibility" {
  description = "What Glue asks of a new version. `FULL_ALL` is the project's own rule: every version reads every other."
  type        = string
  default     = "FULL_ALL"

  validation {
    condition     = contains(["FULL", "FULL_ALL"], var.compatibility)
    error_message = "Old records are read for ever, so compatibility must be FULL_ALL or FULL, not '${var.compatibility}'."
  }
}

variable "reader_arns" {
  description = "Roles from other accounts that may read the schemas, such as an operator's."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.reader_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "A reader must be the ARN of a role."
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
