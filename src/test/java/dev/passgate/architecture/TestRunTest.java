package dev.passgate.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.passgate.TestPassgateApplication;

/** What {@code spring-boot:test-run} starts has to be the only thing that it can start. */
@AnalyzeClasses(packages = "dev.passgate", importOptions = ImportOption.OnlyIncludeTests.class)
class TestRunTest {

  @ArchTest
  static final ArchRule oneClassIsTheProgram =
      methods()
          .that()
          .haveName("main")
          .and()
          .haveRawParameterTypes(String[].class)
          .and()
          .arePublic()
          .should()
          .beDeclaredIn(TestPassgateApplication.class);
}
