package dev.passgate.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.passgate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.passgate.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule subpackagesHaveNoCycles =
      slices().matching("dev.passgate.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule arrowsPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.passgate..")
          .layer("setting")
          .definedBy("dev.passgate.setting..")
          .layer("file")
          .definedBy("dev.passgate.file..")
          .layer("count")
          .definedBy("dev.passgate.count..")
          .layer("identity")
          .definedBy("dev.passgate.identity..")
          .layer("protocol")
          .definedBy("dev.passgate.protocol..")
          .layer("cluster")
          .definedBy("dev.passgate.cluster..")
          .layer("limit")
          .definedBy("dev.passgate.limit..")
          .layer("trace")
          .definedBy("dev.passgate.trace..")
          .layer("query")
          .definedBy("dev.passgate.query..")
          .layer("observe")
          .definedBy("dev.passgate.observe..")
          .layer("failure")
          .definedBy("dev.passgate.failure..")
          .layer("gate")
          .definedBy("dev.passgate.gate..")
          .layer("listener")
          .definedBy("dev.passgate.listener..")
          .layer("routing")
          .definedBy("dev.passgate.routing..")
          .layer("affinity")
          .definedBy("dev.passgate.affinity..")
          .layer("health")
          .definedBy("dev.passgate.health..")
          .layer("explain")
          .definedBy("dev.passgate.explain..")
          .layer("command")
          .definedBy("dev.passgate.command..")
          .layer("training")
          .definedBy("dev.passgate.training..")
          .layer("jwks")
          .definedBy("dev.passgate.jwks..")
          .layer("service")
          .definedBy("dev.passgate.service..")
          .layer("token")
          .definedBy("dev.passgate.token..")
          .layer("validate")
          .definedBy("dev.passgate.validate..")
          .layer("openapi")
          .definedBy("dev.passgate.openapi..")
          .layer("shutdown")
          .definedBy("dev.passgate.shutdown..")
          .layer("sql")
          .definedBy("dev.passgate.sql..")
          .layer("reload")
          .definedBy("dev.passgate.reload..")
          .layer("proxy")
          .definedBy("dev.passgate.proxy..")
          .whereLayer("identity")
          .mayOnlyAccessLayers("setting", "file")
          .whereLayer("protocol")
          .mayNotAccessAnyLayer()
          .whereLayer("cluster")
          .mayOnlyAccessLayers("protocol", "setting", "file")
          .whereLayer("observe")
          .mayOnlyAccessLayers("identity", "cluster", "setting")
          .whereLayer("failure")
          .mayOnlyAccessLayers("identity", "setting", "trace")
          .whereLayer("gate")
          .mayOnlyAccessLayers("identity", "observe", "protocol", "setting")
          .whereLayer("listener")
          .mayOnlyAccessLayers(
              "protocol", "failure", "limit", "setting", "count", "observe", "trace")
          .whereLayer("trace")
          .mayOnlyAccessLayers("setting")
          .whereLayer("setting")
          .mayNotAccessAnyLayer()
          .whereLayer("file")
          .mayNotAccessAnyLayer()
          .whereLayer("count")
          .mayNotAccessAnyLayer()
          .whereLayer("query")
          .mayOnlyAccessLayers("identity", "protocol", "cluster", "count")
          .whereLayer("limit")
          .mayOnlyAccessLayers("identity", "protocol", "query", "setting", "count")
          .whereLayer("explain")
          .mayOnlyAccessLayers("gate", "identity", "protocol", "cluster", "routing")
          .whereLayer("affinity")
          .mayOnlyAccessLayers("identity", "protocol", "cluster", "setting")
          .whereLayer("routing")
          .mayOnlyAccessLayers("identity", "protocol", "cluster", "setting")
          .whereLayer("command")
          .mayOnlyAccessLayers("explain", "protocol", "setting", "training")
          .whereLayer("training")
          .mayNotAccessAnyLayer()
          .whereLayer("health")
          .mayNotAccessAnyLayer()
          .whereLayer("jwks")
          .mayOnlyAccessLayers("cluster")
          .whereLayer("service")
          .mayOnlyAccessLayers("gate")
          .whereLayer("token")
          .mayOnlyAccessLayers(
              "service", "gate", "identity", "failure", "limit", "listener", "observe", "trace")
          .whereLayer("validate")
          .mayOnlyAccessLayers("service", "gate", "identity", "failure", "protocol", "setting")
          .whereLayer("openapi")
          .mayOnlyAccessLayers("service", "gate")
          .whereLayer("shutdown")
          .mayOnlyAccessLayers("setting", "trace")
          .whereLayer("sql")
          .mayOnlyAccessLayers(
              "protocol", "cluster", "identity", "setting", "routing", "limit", "query")
          .whereLayer("reload")
          .mayOnlyAccessLayers(
              "affinity", "cluster", "identity", "routing", "gate", "setting", "protocol")
          .whereLayer("proxy")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule domainKnowsNoWebFramework =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.passgate.identity..",
              "dev.passgate.protocol..",
              "dev.passgate.cluster..",
              "dev.passgate.query..",
              "dev.passgate.limit..",
              "dev.passgate.routing..",
              "dev.passgate.affinity..",
              "dev.passgate.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework.web..",
              "org.springframework.http..",
              "org.springframework.cloud..",
              "org.springframework.boot.web..",
              "reactor.netty..",
              "io.netty..",
              "jakarta.servlet..");

  @ArchTest
  static final ArchRule protocolIsPlainJava =
      classes()
          .that()
          .resideInAPackage("dev.passgate.protocol..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.passgate.protocol..", "java..", "org.jspecify..");

  /** The application opens no other class in search of beans. */
  @ArchTest
  static final ArchRule beansComeFromConfigurations =
      classes()
          .that()
          .areMetaAnnotatedWith("org.springframework.stereotype.Component")
          .should()
          .haveNameMatching(".*Configuration(\\$.*)?")
          .orShould()
          .haveFullyQualifiedName("dev.passgate.PassgateApplication")
          .orShould()
          .beAnnotatedWith(
              "org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration");
}
