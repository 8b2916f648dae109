package io.verillm.rooms;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The table of rooms: who may know whom. It sees every room's classes. */
class RoomsTest {
  private static final JavaClasses ROOMS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.verillm");

  @Test
  void shouldKeepEachRoomToTheRoomsItMayKnow() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("schemas")
        .definedBy("io.verillm.schemas..", "io.verillm.events..")
        .layer("protocol")
        .definedBy("io.verillm.protocol..")
        .layer("models")
        .definedBy("io.verillm.models..")
        .layer("broker")
        .definedBy("io.verillm.broker..")
        .layer("topics")
        .definedBy("io.verillm.topics..")
        .layer("streams")
        .definedBy("io.verillm.streams..")
        .layer("gpu-consumers")
        .definedBy("io.verillm.gpu..")
        .layer("infra")
        .definedBy(
            "io.verillm.aws..",
            "io.verillm.cli..",
            "io.verillm.deploy..",
            "io.verillm.local..",
            "io.verillm.demo..")
        .whereLayer("schemas")
        .mayNotAccessAnyLayer()
        .whereLayer("broker")
        .mayNotAccessAnyLayer()
        .whereLayer("protocol")
        .mayOnlyAccessLayers("schemas")
        .whereLayer("models")
        .mayOnlyAccessLayers("schemas")
        .whereLayer("topics")
        .mayOnlyAccessLayers("schemas", "protocol")
        .whereLayer("streams")
        .mayOnlyAccessLayers("schemas", "protocol", "models", "topics")
        .whereLayer("gpu-consumers")
        .mayOnlyAccessLayers("schemas", "protocol", "models", "topics")
        .check(ROOMS);
  }

  @Test
  void shouldGiveEveryClassARoom() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            "io.verillm.schemas..",
            "io.verillm.events..",
            "io.verillm.protocol..",
            "io.verillm.models..",
            "io.verillm.broker..",
            "io.verillm.topics..",
            "io.verillm.streams..",
            "io.verillm.gpu..",
            "io.verillm.cli..",
            "io.verillm.deploy..",
            "io.verillm.local..",
            "io.verillm.demo..",
            "io.verillm.aws..")
        .check(ROOMS);
  }

  @Test
  void shouldKeepTheRulesFreeOfKafkaEnginesAndClouds() {
    noClasses()
        .that()
        .resideInAPackage("io.verillm.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "kafka..",
            "ai.djl..",
            "ai.onnxruntime..",
            "software.amazon..",
            "java.sql..",
            "java.net..",
            "java.util.concurrent..")
        .check(ROOMS);
  }

  @Test
  void shouldKeepTheCloudInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.verillm.aws..", "io.verillm.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..")
        .check(ROOMS);
  }

  @Test
  void shouldHandTimeRandomnessAndThreadsToTheRules() {
    noClasses()
        .that()
        .resideInAPackage("io.verillm.protocol..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(ROOMS);
  }
}
