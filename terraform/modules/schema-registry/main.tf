################################################################################
# Registry
################################################################################

resource "aws_glue_registry" "this" {
  registry_name = var.name
  description   = "Copy of the event schemas of ${var.name}; apps themselves read none of it"
  tags          = var.tags
}

resource "aws_glue_schema" "this" {
  for_each = var.schemas

  schema_name       = each.key
  registry_arn      = aws_glue_registry.this.arn
  data_format       = "AVRO"
  compatibility     = var.compatibility
  schema_definition = each.value
  description       = try(substr(jsondecode(each.value).doc, 0, 2048), null)
  tags              = var.tags
}

################################################################################
# Readers
################################################################################

resource "aws_iam_policy" "reader" {
  name        = "${var.name}-schemas-read"
  description = "Reads the schemas of ${var.name}"
  tags        = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "ReadSchemas"
      Effect = "Allow"
      Action = [
        "glue:GetRegistry", "glue:GetSchema", "glue:GetSchemaByDefinition", "glue:GetSchemaVersion", "glue:ListSchemaVersions", "glue:ListSchemas",
      ]
      Resource = [aws_glue_registry.this.arn, "${replace(aws_glue_registry.this.arn, ":registry/", ":schema/")}/*"]
    }]
  })
}

resource "aws_iam_role" "reader" {
  count = length(var.reader_arns) > 0 ? 1 : 0

  name        = "${var.name}-schemas-read"
  description = "For roles of other accounts that read the schemas of ${var.name}"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Readers"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.reader_arns }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "reader" {
  count = length(var.reader_arns) > 0 ? 1 : 0

  role       = aws_iam_role.reader[0].name
  policy_arn = aws_iam_policy.reader.arn
}
