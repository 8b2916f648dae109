/** What a deployment on AWS stands on: S3, KMS, Secrets Manager, ECS, and IAM for MSK. */
@NullMarked
package io.verillm.aws;

import org.jspecify.annotations.NullMarked;
