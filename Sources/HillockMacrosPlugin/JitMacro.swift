#if Macros
  import SwiftDiagnostics
  import SwiftSyntax
  import SwiftSyntaxBuilder
  import SwiftSyntaxMacros

  /// `@Jit`: the method's body moves to a private method beside it, and the method calls its compiled form.
  public struct JitMacro: BodyMacro, PeerMacro {
    static let prefix = "_plain_"

    public static func expansion(
      of node: AttributeSyntax, providingBodyFor declaration: some DeclSyntaxProtocol & WithOptionalCodeBlockSyntax,
      in context: some MacroExpansionContext
    ) throws -> [CodeBlockItemSyntax] {
      guard let method = Method(declaration, in: context, reports: node) else {
        return declaration.body.map { Array($0.statements) } ?? []
      }
      let plain = method.plainName.text
      let labels = method.parameters.map { "\($0.firstName.text):" }.joined()
      let reference = labels.isEmpty ? plain : "\(plain)(\(labels))"
      let arguments = method.parameters.map { ($0.secondName ?? $0.firstName).text }.joined(separator: ", ")
      let name = "\(method.owner).\(method.function.name.text.trimmingBackticks)"
      return ["return try Hillock.compiledMethod(of: self, \(literal: name)) { $0.\(raw: reference) }(\(raw: arguments))"]
    }

    public static func expansion(
      of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol, in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
      // What is wrong with it is reported by the body's expansion.
      guard let method = Method(declaration, in: context, reports: nil) else { return [] }
      var plain = method.function
      plain.name = method.plainName
      plain.attributes = plain.attributes.filter {
        $0.as(AttributeSyntax.self)?.attributeName.trimmedDescription.hasSuffix("Jit") != true
      }
      plain.modifiers = [DeclModifierSyntax(name: .keyword(.private, trailingTrivia: .space))]
      plain.leadingTrivia = []
      plain.body = method.function.body.map { inPlace($0, in: context) }
      return [DeclSyntax(plain)]
    }

    /// The body with the place of each statement in the user's file: what `explain()` and error messages find in the debug
    /// information. (The expansion keeps the lines of the source within a statement only.)
    private static func inPlace(_ body: CodeBlockSyntax, in context: some MacroExpansionContext) -> CodeBlockSyntax {
      var items: [CodeBlockItemSyntax] = []
      for statement in body.statements {
        guard let place = context.location(of: statement, at: .afterLeadingTrivia, filePathMode: .filePath) else { return body }
        items.append(CodeBlockItemSyntax(item: .decl("\n#sourceLocation(file: \(place.file), line: \(place.line))")))
        items.append(statement.with(\.leadingTrivia, []))
      }
      items.append(CodeBlockItemSyntax(item: .decl("\n#sourceLocation()")))
      return body.with(\.statements, CodeBlockItemListSyntax(items))
    }
  }

  /// A method that can be compiled.
  private struct Method {
    let function: FunctionDeclSyntax
    let owner: String
    var parameters: FunctionParameterListSyntax { function.signature.parameterClause.parameters }
    var plainName: TokenSyntax { .identifier(JitMacro.prefix + function.name.text.trimmingBackticks) }

    /// nil, with a diagnostic, where the declaration is none.
    init?(_ declaration: some DeclSyntaxProtocol, in context: some MacroExpansionContext, reports node: AttributeSyntax?) {
      func refuse(_ problem: JitProblem, at place: some SyntaxProtocol, _ fixIts: [FixIt] = []) {
        guard node != nil else { return }
        context.diagnose(Diagnostic(node: place, message: problem, fixIts: fixIts))
      }
      guard let function = declaration.as(FunctionDeclSyntax.self), function.body != nil else {
        refuse(.noMethod, at: declaration)
        return nil
      }
      guard let owner = Self.owner(context.lexicalContext) else {
        refuse(.noClass, at: function.name)
        return nil
      }
      if let modifier = function.modifiers.first(where: { ["static", "class", "mutating"].contains($0.name.text) }) {
        refuse(.noInstance, at: modifier)
        return nil
      }
      let effects = function.signature.effectSpecifiers
      if let asynchronous = effects?.asyncSpecifier {
        refuse(.asynchronous, at: asynchronous)
        return nil
      }
      guard let throwing = effects?.throwsClause else {
        var mended = function
        mended.signature.parameterClause = mended.signature.parameterClause.with(\.trailingTrivia, [])
        mended.signature.effectSpecifiers = FunctionEffectSpecifiersSyntax(
          throwsClause: ThrowsClauseSyntax(throwsSpecifier: .keyword(.throws, leadingTrivia: .space, trailingTrivia: .space)))
        refuse(
          .notThrowing, at: function.name,
          [FixIt(message: AddThrows(), changes: [.replace(oldNode: Syntax(function), newNode: Syntax(mended))])])
        return nil
      }
      if throwing.throwsSpecifier.text != "throws" || throwing.type != nil {
        refuse(.typedThrows, at: throwing)
        return nil
      }
      for parameter in function.signature.parameterClause.parameters {
        let isInOut =
          parameter.type.as(AttributedTypeSyntax.self)?.specifiers.contains { $0.trimmedDescription == "inout" } == true
        if isInOut || parameter.ellipsis != nil {
          refuse(.parameter, at: parameter)
          return nil
        }
      }
      self.function = function
      self.owner = owner
    }

    /// The name of the class, also of the one that is extended.
    private static func owner(_ lexicalContext: [Syntax]) -> String? {
      guard let around = lexicalContext.first else { return nil }
      if let type = around.as(ClassDeclSyntax.self) { return type.name.text }
      if let type = around.as(ExtensionDeclSyntax.self) { return type.extendedType.trimmedDescription }
      return nil
    }
  }

  /// What `@Jit` cannot compile.
  enum JitProblem: String, DiagnosticMessage {
    case noMethod = "@Jit is for methods with a body"
    case noClass = "@Jit is for methods of a class that inherits from Base; wrap other functions with jit(_:)"
    case noInstance = "@Jit is for methods of instances; wrap a static function with jit(_:)"
    case asynchronous = "a method that suspends cannot be traced; take async away"
    case notThrowing = "a compiled method may fail, as by a conflict over a Variable: mark it throws"
    case typedThrows = "a compiled method throws any error: mark it throws, without a type"
    case parameter = "a compiled method takes plain parameters, neither inout nor variadic"

    var message: String { rawValue }
    var diagnosticID: MessageID { MessageID(domain: "HillockMacros", id: "\(self)") }
    var severity: DiagnosticSeverity { .error }
  }

  struct AddThrows: FixItMessage {
    let message = "mark it throws"
    let fixItID = MessageID(domain: "HillockMacros", id: "addThrows")
  }

  extension String {
    fileprivate var trimmingBackticks: String { String(filter { $0 != "`" }) }
  }
#endif
