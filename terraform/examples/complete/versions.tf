terraform {
  required_version = ">= 1.11"

  # State in a bucket with versions, locked while somebody writes it.
  # backend "s3" {
  #   bucket       = "..."
  #   key          = "verillm.tfstate"
  #   region       = "eu-central-1"
  #   use_lockfile = true
  # }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { project = var.name }
  }
}
